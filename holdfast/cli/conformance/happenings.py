"""Golden journeys of missing episodes, of where children live, and of corrections, withdrawals and repetitions.

Worked out by hand from the definitions; that the engine and the brute-force twin agree is tested.
"""

from holdfast.cli.conformance.cases import Case
from holdfast.cli.conformance.said import admitted, again, discharged, missing, moved, withdrawn

MISSING = (
    Case(
        name="missing-and-found",
        shows="Three weeks missing change neither stability figure: the placement goes on.",
        why="Don't end the placement when a child goes missing, and don't begin another on the return.",
        said=(
            admitted("2013-05-01", "U6"),
            moved("2016-06-01", "P", "U4"),
            missing("2016-08-01T20:00:00Z", "2016-08-22T09:00:00Z"),
        ),
        figures="""
        2016-08-21 missing_now 1 of 1
        2016-08-22 missing_now 0 of 1
        2016-08-31 missing_episodes month 1
        2017-03-31 missing_in_year 1 of 1
        2017-03-31 placements_in_year 2
        """,
    ),
    Case(
        name="missing-told-twice",
        shows="An episode is told when it begins and, under the same fact, again when the child is back.",
        why="Under another fact it would be a second episode.",
        said=(
            admitted("2013-05-01", "U6"),
            missing("2016-08-01T20:00:00Z", fact="missing/1", recorded="2016-08-01T21:00:00Z"),
            missing(
                "2016-08-01T20:00:00Z",
                "2016-08-03T09:00:00Z",
                fact="missing/1",
                recorded="2016-08-03T10:00:00Z",
                outcome="restated",
            ),
        ),
        figures="""
        2016-08-31 missing_now 0 of 1
        2016-08-31 missing_episodes month 1
        """,
    ),
    Case(
        name="missing-return-forgotten",
        shows="An episode that was never ended ends where the next one begins, and is a finding.",
        why="Until then the child counts as missing: send the return.",
        said=(
            admitted("2013-05-01", "U6"),
            missing("2016-08-01T20:00:00Z"),
            missing("2016-10-05T20:00:00Z", "2016-10-06T09:00:00Z"),
        ),
        figures="""
        2016-08-31 missing_now 1 of 1
        2016-10-31 missing_now 0 of 1
        2016-10-31 missing_episodes year_to_date 2
        """,
        finds=("missing-left-open",),
    ),
    Case(
        name="missing-overlap",
        shows="An episode that overlaps another of its kind counts nowhere, and is a finding.",
        why="Two teams who record one night must restate one fact.",
        said=(
            admitted("2013-05-01", "U6"),
            missing("2016-06-01T20:00:00Z", "2016-06-05T08:00:00Z"),
            missing("2016-06-03T20:00:00Z", "2016-06-09T08:00:00Z"),
        ),
        figures="""
        2016-06-30 missing_episodes month 1
        2016-06-30 missing_now 0 of 1
        """,
        finds=("missing-overlap",),
    ),
    Case(
        name="missing-after-midnight",
        shows="Instants become London days: 23:30 UTC on 30 June is 1 July, in summer time.",
        why="Send instants with their offset, and neither local time as UTC nor a date made of one.",
        said=(admitted("2013-05-01", "U6"), missing("2016-06-30T23:30:00Z", "2016-07-02T08:00:00+01:00")),
        figures="""
        2016-06-30 missing_episodes month 0
        2016-06-30 missing_now 0 of 1
        2016-07-31 missing_episodes month 1
        """,
    ),
    Case(
        name="away-is-not-missing",
        shows="Away without authorisation (A) is counted apart from missing (M).",
        why="A child whose whereabouts are known is not missing.",
        said=(admitted("2013-05-01", "U6"), missing("2016-08-01T20:00:00Z", kind="A")),
        figures="""
        2016-08-31 away_episodes month 1
        2016-08-31 missing_episodes month 0
        2016-08-31 missing_now 0 of 1
        """,
    ),
    Case(
        name="missing-three-times",
        shows="Three episodes begun within ninety days make a child repeatedly missing.",
        why="Each night is an episode of its own: don't join those of a week into one.",
        said=(
            admitted("2013-05-01", "U6"),
            missing("2016-06-10T20:00:00Z", "2016-06-11T08:00:00Z"),
            missing("2016-07-10T20:00:00Z", "2016-07-11T08:00:00Z"),
            missing("2016-08-10T20:00:00Z", "2016-08-11T08:00:00Z"),
        ),
        figures="""
        2016-08-31 repeat_missing 1 of 1
        2016-09-30 repeat_missing 0 of 1
        """,
    ),
)

WHERE = (
    Case(
        name="kinds-of-placement",
        shows="The type and the provider of a placement decide which figures a child is in.",
        why="A wrong provider moves a child between in-house and commissioned without anyone noticing.",
        said=(
            admitted("2016-05-01", "P1", provider="PR0", child="parents"),
            admitted("2016-05-01", "K2", provider="PR4", child="home"),
            admitted("2016-05-01", "U1", provider="PR1", child="relative"),
            admitted("2016-05-01", "U6", provider="PR4", child="agency"),
        ),
        figures="""
        2017-03-31 looked_after 4
        2017-03-31 family_based 3 of 4
        2017-03-31 placed_with_parents 1 of 4
        2017-03-31 residential 1 of 4
        2017-03-31 childrens_homes 1 of 4
        2017-03-31 commissioned 2 of 4
        2017-03-31 fostered 2 of 4
        2017-03-31 fostered_in_house 1 of 2
        """,
    ),
    Case(
        name="far-from-home",
        shows="Far is more than 20 miles from home and outside the authority; 999.9 is not known, and not far.",
        why="Send distance_miles and in_authority with every move: what is not known can't be counted.",
        said=(
            admitted("2016-05-01", "U6", distance_miles=25.4, in_authority=False, child="far"),
            admitted("2016-05-01", "U6", distance_miles=25.4, in_authority=True, child="inside"),
            admitted("2016-05-01", "U6", distance_miles=20, in_authority=False, child="twenty"),
            admitted("2016-05-01", "U6", distance_miles=999.9, in_authority=False, child="unknown"),
        ),
        figures="""
        2017-03-31 distant 1 of 4
        2017-03-31 over_20_miles 2 of 4
        """,
    ),
)

_FIRST_SAID = moved("2016-08-01", "P", "K2", fact="placement/1", recorded="2016-08-02T09:00:00Z")
_CORRECTED = moved("2016-09-01", "P", "K2", fact="placement/1", recorded="2016-09-10T09:00:00Z", outcome="restated")
_EARLY_CORRECTION = moved("2016-09-01", "P", "K2", fact="placement/1", recorded="2016-09-10T09:00:00Z")
_LATE_FIRST = moved("2016-08-01", "P", "K2", fact="placement/1", recorded="2016-08-02T09:00:00Z", outcome="outvoted")
_AS_CORRECTED = """
2016-08-31 placement_moves month 0
2016-09-30 placement_moves month 1
2017-03-31 placements_in_year 2
"""
_AS_IF_NEVER = """
2017-03-31 placement_moves rolling_year 0
2017-03-31 placements_in_year 1
"""

STATEMENTS = (
    Case(
        name="correction",
        shows="A correction states the same fact again, later recorded, and replaces what was said.",
        why="Under a new fact it would be a second move. Name facts after your own records' keys.",
        said=(admitted("2014-05-01", "U6"), _FIRST_SAID, _CORRECTED),
        figures=_AS_CORRECTED,
    ),
    Case(
        name="correction-overtakes",
        shows="A correction that arrives before what it corrects stands: the later recordedtime does.",
        why="Queues and retries reorder. recordedtime must be when your system recorded it, not when it was sent.",
        said=(admitted("2014-05-01", "U6"), _EARLY_CORRECTION, _LATE_FIRST),
        figures=_AS_CORRECTED,
    ),
    Case(
        name="correction-replaces-the-whole",
        shows="A correction replaces all of the fact: what it leaves out is not known any more.",
        why="Send the whole record again, not what has changed: here the date of birth was lost.",
        said=(
            admitted("2014-05-01", "U6", fact="admission/1"),
            admitted(
                "2014-05-01",
                "U4",
                born=None,
                fact="admission/1",
                recorded="2016-09-10T09:00:00Z",
                outcome="restated",
            ),
        ),
        figures="""
        2017-03-31 looked_after 1
        2017-03-31 long_term_stable 0 of 0
        """,
        finds=("no-date-of-birth",),
    ),
    Case(
        name="withdrawal",
        shows="care.withdrawal.v1 says that a fact never was; nothing of it is left.",
        why="A record deleted in your system must be withdrawn here: silence withdraws nothing.",
        said=(admitted("2014-05-01", "U6"), _FIRST_SAID, withdrawn(_FIRST_SAID, "2016-09-10T09:00:00Z")),
        figures=_AS_IF_NEVER,
    ),
    Case(
        name="withdrawal-overtakes",
        shows="A withdrawal may arrive before what it withdraws.",
        why="Nothing has to be held back or sorted before it is sent.",
        said=(admitted("2014-05-01", "U6"), withdrawn(_FIRST_SAID, "2016-09-10T09:00:00Z"), _LATE_FIRST),
        figures=_AS_IF_NEVER,
    ),
    Case(
        name="withdrawal-undone",
        shows="A later statement of a withdrawn fact stands again.",
        why="A record restored in your system is stated once more under its old name, later recorded.",
        said=(
            admitted("2014-05-01", "U6"),
            _FIRST_SAID,
            withdrawn(_FIRST_SAID, "2016-08-20T09:00:00Z"),
            _CORRECTED,
        ),
        figures=_AS_CORRECTED,
    ),
    Case(
        name="repeated",
        shows="The same event twice counts once, however often it comes.",
        why="So whatever was answered 503, or not at all, is simply sent again as it was.",
        said=(admitted("2014-05-01", "U6"), _FIRST_SAID, again(_FIRST_SAID), again(_FIRST_SAID)),
        figures="""
        2016-08-31 placement_moves month 1
        2017-03-31 placements_in_year 2
        """,
    ),
    Case(
        name="any-order",
        shows="Events in reverse end in the same figures, and what did not add up on the way is mended.",
        why="A finding in a dry run is no fault of the event: it may be early.",
        said=(
            discharged("2017-01-15"),
            moved("2016-08-01", "P", "K2"),
            admitted("2016-05-01", "U6"),
        ),
        figures="""
        2016-05-31 admissions month 1
        2016-08-31 placement_moves month 1
        2017-01-31 looked_after 0
        2017-01-31 discharges month 1
        2017-03-31 placements_in_year 2
        """,
    ),
    Case(
        name="without-a-fact",
        shows="An event without fact is named by its id, and time stands in for a missing recordedtime.",
        why="Enough for a system that never corrects anything: to correct it, the fact is that id.",
        said=(admitted("2016-05-10", "U6", fact=None, recorded=None, time="2016-05-10T10:30:00+01:00"),),
        figures="""
        2016-05-31 admissions month 1
        2017-03-31 looked_after 1
        """,
    ),
    Case(
        name="wrong-child",
        shows="A fact told of the wrong child is withdrawn under the one and stated under the other.",
        why="A fact belongs to its child: the same name under another child is another fact.",
        said=(
            admitted("2016-05-10", "U6", child="wrong"),
            withdrawn(admitted("2016-05-10", "U6", child="wrong"), "2016-06-01T09:00:00Z"),
            admitted("2016-05-10", "U6", child="right", recorded="2016-06-01T09:00:00Z"),
        ),
        figures="""
        2016-05-31 admissions month 1
        2017-03-31 looked_after 1
        """,
    ),
    Case(
        name="contested",
        shows="Two contents of one fact with one recordedtime are a finding; the greater one is taken.",
        why="Which is right nobody can tell: give each correction a recordedtime of its own, to the second at least.",
        said=(
            admitted("2014-05-01", "U6"),
            _FIRST_SAID,
            moved("2016-09-01", "P", "K2", fact="placement/1", recorded="2016-08-02T09:00:00Z", outcome="restated"),
        ),
        figures=_AS_CORRECTED,
        finds=("contested",),
    ),
)
