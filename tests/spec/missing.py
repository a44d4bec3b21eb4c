"""Missing episodes: their London days, overlaps, those left open, and `A` apart from `M`."""

from tests.factories import admitted, discharged, legal_status, missing, withdrawn
from tests.spec.case import Case

_IN_CARE = admitted("2015-05-01")
_MISTAKEN = missing("2016-06-01", "2016-06-03")

CASES = (
    Case(
        "a missing episode covers the days from its first up to that of the return",
        [_IN_CARE, missing("2016-06-01", "2016-06-05")],
        """
        2016-05-31 missing_now 0 of 1
        2016-06-01 missing_now 1 of 1
        2016-06-04 missing_now 1 of 1
        2016-06-05 missing_now 0 of 1
        2016-06-30 missing_episodes month 1
        """,
    ),
    Case(
        "gone and back within a day is an episode, and nobody is missing at the end of the day",
        [_IN_CARE, missing("2016-06-01T08:00:00Z", "2016-06-01T20:00:00Z")],
        """
        2016-06-01 missing_now 0 of 1
        2016-05-31 missing_episodes month 0
        2016-06-01 missing_episodes month 1
        """,
    ),
    # --- Overlap
    Case(
        "two episodes on one day that don't overlap are two",
        [
            _IN_CARE,
            missing("2016-06-01T08:00:00Z", "2016-06-01T10:00:00Z"),
            missing("2016-06-01T12:00:00Z", "2016-06-01T13:00:00Z"),
        ],
        "2016-06-01 missing_episodes month 2",
    ),
    Case(
        "an episode that begins the instant that another ends doesn't overlap it",
        [
            _IN_CARE,
            missing("2016-06-01T08:00:00Z", "2016-06-01T10:00:00Z"),
            missing("2016-06-01T10:00:00Z", "2016-06-01T13:00:00Z"),
        ],
        "2016-06-01 missing_episodes month 2",
    ),
    Case(
        "an episode that begins a second before another ends overlaps it and counts nowhere",
        [
            _IN_CARE,
            missing("2016-06-01T08:00:00Z", "2016-06-01T10:00:00Z"),
            missing("2016-06-01T09:59:59Z", "2016-06-09T13:00:00Z"),
        ],
        """
        2016-06-01 missing_episodes month 1
        2016-06-01 missing_now 0 of 1
        2016-06-02 missing_now 0 of 1
        """,
        ("missing-overlap",),
    ),
    Case(
        "an episode within another counts nowhere and doesn't shorten it",
        [_IN_CARE, missing("2016-06-01", "2016-06-09"), missing("2016-06-03", "2016-06-04")],
        """
        2016-06-04 missing_now 1 of 1
        2016-06-08 missing_now 1 of 1
        2016-06-09 missing_now 0 of 1
        2016-06-30 missing_episodes month 1
        """,
        ("missing-overlap",),
    ),
    Case(
        "of two that begin at the same instant that with the lower sequence counts",
        [
            _IN_CARE,
            missing("2016-06-01", "2016-06-03", sequence=2, fact="short"),
            missing("2016-06-01", "2016-06-09", sequence=1, fact="long"),
        ],
        """
        2016-06-01 missing_episodes month 1
        2016-06-03 missing_now 1 of 1
        2016-06-08 missing_now 1 of 1
        2016-06-09 missing_now 0 of 1
        """,
        ("missing-overlap",),
    ),
    Case(
        "of two that begin at the same instant that without a sequence comes before that with one",
        [
            _IN_CARE,
            missing("2016-06-01", "2016-06-03", sequence=0, fact="short"),
            missing("2016-06-01", "2016-06-09", fact="long"),
        ],
        """
        2016-06-03 missing_now 1 of 1
        2016-06-08 missing_now 1 of 1
        2016-06-09 missing_now 0 of 1
        """,
        ("missing-overlap",),
    ),
    Case(
        "of two that begin at the same instant that recorded first counts",
        [
            _IN_CARE,
            missing("2016-06-01", "2016-06-03", fact="short", recorded="2016-06-10T10:00:00Z"),
            missing("2016-06-01", "2016-06-09", fact="long", recorded="2016-06-10T09:00:00Z"),
        ],
        """
        2016-06-08 missing_now 1 of 1
        2016-06-09 missing_now 0 of 1
        2016-06-30 missing_episodes month 1
        """,
        ("missing-overlap",),
    ),
    Case(
        "one that ended as it began keeps another from beginning at that instant",
        [
            _IN_CARE,
            missing("2016-06-01", "2016-06-01", sequence=1, fact="none"),
            missing("2016-06-01", "2016-06-09", sequence=2, fact="long"),
        ],
        """
        2016-06-01 missing_episodes month 1
        2016-06-01 missing_now 0 of 1
        """,
        ("missing-overlap",),
    ),
    # --- Left open
    Case(
        "an open episode goes on until something is said",
        [_IN_CARE, missing("2016-06-01")],
        """
        2016-05-31 missing_now 0 of 1
        2016-06-01 missing_now 1 of 1
        2018-12-31 missing_now 1 of 1
        2018-12-31 missing_episodes rolling_year 0
        """,
    ),
    Case(
        "an open episode ends where the next of its kind begins",
        [_IN_CARE, missing("2016-06-01"), missing("2016-06-10T12:00:00Z", "2016-06-12")],
        """
        2016-06-09 missing_now 1 of 1
        2016-06-11 missing_now 1 of 1
        2016-06-12 missing_now 0 of 1
        2016-06-30 missing_episodes month 2
        """,
        ("missing-left-open",),
    ),
    Case(
        "an open episode ends for good with the next of its kind, though that was over within the day",
        [_IN_CARE, missing("2016-06-01"), missing("2016-06-10T12:00:00Z", "2016-06-10T13:00:00Z")],
        """
        2016-06-09 missing_now 1 of 1
        2016-06-10 missing_now 0 of 1
        2016-12-31 missing_now 0 of 1
        2018-12-31 missing_in_year 0 of 1
        """,
        ("missing-left-open",),
    ),
    Case(
        "an open episode is not ended by one of the other kind",
        [_IN_CARE, missing("2016-06-01"), missing("2016-06-10", "2016-06-12", kind="A")],
        """
        2016-06-12 missing_now 1 of 1
        2016-12-31 missing_now 1 of 1
        """,
    ),
    Case(
        "the return restates an open episode",
        [
            _IN_CARE,
            missing("2016-06-01", fact="gone"),
            missing("2016-06-01", "2016-06-03", fact="gone", recorded="2016-06-03T15:00:00Z"),
        ],
        """
        2016-06-02 missing_now 1 of 1
        2016-06-03 missing_now 0 of 1
        2016-06-30 missing_episodes month 1
        """,
    ),
    Case(
        "a withdrawn episode never was",
        [_IN_CARE, _MISTAKEN, withdrawn(_MISTAKEN)],
        """
        2016-06-01 missing_now 0 of 1
        2016-06-30 missing_episodes month 0
        """,
    ),
    # --- Kinds apart
    Case(
        "away without authorisation is not missing",
        [_IN_CARE, missing("2016-06-01", "2016-06-05", kind="A")],
        """
        2016-06-02 missing_now 0 of 1
        2016-06-30 missing_episodes month 0
        2016-06-30 away_episodes month 1
        """,
    ),
    Case(
        "two episodes of being away that overlap are one and a finding, as missing episodes are",
        [
            _IN_CARE,
            missing("2016-06-01", "2016-06-05", kind="A"),
            missing("2016-06-04", "2016-06-06", kind="A"),
            missing("2016-06-05", "2016-06-07", kind="A"),
        ],
        """
        2016-06-30 away_episodes month 2
        2016-06-30 missing_episodes month 0
        """,
        ("missing-overlap",),
    ),
    Case(
        "a missing episode may overlap one of being away",
        [
            _IN_CARE,
            missing("2016-06-01", "2016-06-09", kind="A"),
            missing("2016-06-01", "2016-06-05"),
        ],
        """
        2016-06-04 missing_now 1 of 1
        2016-06-05 missing_now 0 of 1
        2016-06-30 missing_episodes month 1
        2016-06-30 away_episodes month 1
        """,
    ),
    # --- Looked after at the end of the day
    Case(
        "an episode begun the day before the admission is in no flow, and the child is missing once admitted",
        [admitted("2016-05-02"), missing("2016-05-01", "2016-05-05")],
        """
        2016-05-01 missing_now 0 of 0
        2016-05-02 missing_now 1 of 1
        2016-05-31 missing_episodes month 0
        """,
    ),
    Case(
        "an episode begun on the admission's day counts, even at midnight",
        [admitted("2016-05-02"), missing("2016-05-02", "2016-05-05")],
        "2016-05-31 missing_episodes month 1",
    ),
    Case(
        "an episode begun on the discharge's day doesn't count",
        [_IN_CARE, missing("2016-06-01T08:00:00Z", "2016-06-05"), discharged("2016-06-01")],
        "2016-06-30 missing_episodes month 0",
    ),
    Case(
        "an episode begun the day before the discharge counts, and the discharge doesn't close it",
        [
            _IN_CARE,
            missing("2016-05-31T20:00:00Z"),
            discharged("2016-06-01"),
            admitted("2016-09-01"),
        ],
        """
        2016-05-31 missing_episodes month 1
        2016-05-31 missing_now 1 of 1
        2016-06-01 missing_now 0 of 0
        2016-08-31 missing_now 0 of 0
        2016-09-01 missing_now 1 of 1
        """,
    ),
    Case(
        "an episode begun under short breaks doesn't count, and one begun the day after them does",
        [
            admitted("2016-05-01", legal="V4"),
            legal_status("2016-06-02", "C2"),
            missing("2016-06-01T08:00:00Z", "2016-06-01T09:00:00Z"),
            missing("2016-06-02T08:00:00Z", "2016-06-02T09:00:00Z"),
        ],
        """
        2016-06-01 missing_episodes month 0
        2016-06-02 missing_episodes month 1
        """,
        ("short-breaks-inside-care",),
    ),
)
