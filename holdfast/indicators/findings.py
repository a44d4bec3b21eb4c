"""Findings: what does not add up in a child's facts, in plain sentences, with what would mend it.

Which figures a finding leaves out is decided where it is found; here is only what is said about it.
"""

from msgspec import Struct

from holdfast.contracts.facts import Fact


class Finding(Struct, frozen=True, gc=False):
    """`on` is the day (an ordinal) it is about, None where it is about the child; `fact` the fact to look at first."""

    code: str
    sentence: str
    mend: str
    on: int | None = None
    fact: str | None = None


# code: (what is wrong, what would mend it); `{named}` is a code of a list, which is nothing personal
SENTENCES: dict[str, tuple[str, str]] = {
    "beginning-not-known": (
        "Care had begun before the first fact that is known; its true beginning is not known.",
        "State the admission that began this period of care.",
    ),
    "second-admission": (
        "The child was admitted while already looked after; it was read as a move.",
        "State the discharge in between, or restate the admission as the move that it was.",
    ),
    "one-day-period": (
        "A period of care began and ended on one day; it is in no figure.",
        "Correct the date of the admission or of the discharge, or withdraw both.",
    ),
    "discharge-without-period": (
        "A discharge was stated for a day on which no period of care was open; it counts nowhere.",
        "State the admission that it ends, correct its date, or withdraw it.",
    ),
    "second-discharge": (
        "A second discharge of a day is not known to follow the admission between the two: it ends nothing, and the "
        "child stays looked after.",
        "Withdraw it with the admission, correct their dates, or state it as a new fact, recorded after the admission.",
    ),
    "move-outside-care": (
        "A placement move was stated after the discharge; it counts nowhere.",
        "Correct its date or the discharge's, state the admission in between, or withdraw it.",
    ),
    "status-outside-care": (
        "A legal status was stated while no period of care was open; it counts nowhere.",
        "Correct its date, state the admission before it, or withdraw it.",
    ),
    "short-breaks-inside-care": (
        "The legal status changed into or out of short breaks (V3, V4) in a period of care; those days are cut out.",
        "State the discharge and the admission between the short breaks and the care, or correct the legal status.",
    ),
    "spurious-restart": (
        "A move went to the very placement that the child was already in; it was joined to it.",
        "Withdraw the move, or correct the placement that it went to.",
    ),
    "open-past-eighteen": (
        "The period of care runs on past the 18th birthday; the days from the birthday on are not counted.",
        "State the discharge on the day that care ended.",
    ),
    "missing-overlap": (
        "A missing episode overlaps another one of its kind, or begins with it; it counts nowhere.",
        "Correct the times of the two episodes, or withdraw one.",
    ),
    "missing-left-open": (
        "A missing episode was still open when the next one began; it was ended there.",
        "Restate the earlier episode with the child's return.",
    ),
    "no-date-of-birth": (
        "No admission gives a date of birth; the age is unknown and the child is never in the long-term figure.",
        "Restate the admission with the date of birth.",
    ),
    "date-of-birth-disagrees": (
        "Admissions give different dates of birth; the one recorded last was taken.",
        "Restate the admission that has it wrong.",
    ),
    "sex-disagrees": (
        "Admissions give different sexes; the one recorded last was taken.",
        "Restate the admission that has it wrong.",
    ),
    "contested": (
        "Different things were stated of one fact with the same recorded time; one had to be taken.",
        "State the fact once more, with a later recorded time.",
    ),
    "correction-outvoted": (
        "The system has since stated otherwise a fact that a steward had corrected; what the system stated was taken.",
        "Where the steward was right, have it put right in the case system, or correct it again; else accept it.",
    ),
    "order-undecided": (
        "Two facts of one day are alike in everything that could order them; their order is arbitrary.",
        "Give them a sequence, or withdraw the one that repeats the other.",
    ),
    "code-outside-its-years": (
        "{named} was used on a day on which the return did not have that code; it was taken as stated.",
        "Correct the code or the date.",
    ),
}


def found(code: str, on: int | None = None, fact: Fact | None = None, named: str = "") -> Finding:
    """The finding of this code, about `named` where it is about a code of a list."""
    sentence, mend = SENTENCES[code]
    return Finding(code, sentence.format(named=named), mend, on, None if fact is None else fact.key)
