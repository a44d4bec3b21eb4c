"""Other common ways of counting, each as a rewriting of a child's facts or another choice, for the same engine to read.

None is right: they are what lists made elsewhere are compared with. Nothing is counted here.
"""

from collections.abc import Collection

from msgspec import Struct, structs

from holdfast.contracts.facts import Fact
from holdfast.indicators import rewriting
from holdfast.indicators.choices import Choices
from holdfast.indicators.rewriting import Read, Rewriting


class Way(Struct, frozen=True):
    """A way of counting. `title` says what it does, `rule` what the definitions say instead.

    `about`: what became of the facts that it reads otherwise; where empty, those that it rewrites.
    """

    code: str
    title: str
    rule: str
    rewrite: Rewriting | None = None
    choice: tuple[str, str] | None = None
    only_for: Collection[str] = ()
    about: Collection[str] = ()

    def choices(self, choices: Choices) -> Choices:
        """The choices with its own."""
        return choices if self.choice is None else structs.replace(choices, **dict([self.choice]))


def rewritten(way: Way, read: Read) -> tuple[Fact, ...]:
    """The facts as this way sees them; the same object where it sees nothing else."""
    if way.rewrite is None:
        return read.facts
    facts = tuple(way.rewrite(read))
    return read.facts if facts == read.facts else facts


# The narrower before the wider: the first under which a child is on the other side is the rule that decides.
WAYS: tuple[Way, ...] = (
    Way(
        "same_carer",
        "moves with the same carer counted too",
        "A move with the same carer (T, U, or to adoption by the carer) describes the placement anew; it begins none.",
        rewriting.read_as(apart=("same carer",)),
        about=("same carer",),
    ),
    Way(
        "return",
        "every return from a temporary placement counted as a new one",
        "The return from a temporary placement goes on with the placement that was left.",
        rewriting.read_as(apart=("return",), left_out=("came back",)),
        about=("return",),
    ),
    Way(
        "temporary_placement",
        "every temporary placement counted, returns not",
        "A temporary placement (T0 to T4) from which the child came back is no placement of its own.",
        rewriting.read_as(apart=rewriting.AWAY, described=("return",)),
        about=("away", "came back"),
    ),
    Way(
        "temporary_and_return",
        "every temporary placement counted, and every return",
        "A temporary placement (T0 to T4) and the return from it are not placements of their own.",
        rewriting.read_as(apart=(*rewriting.AWAY, "return")),
        about=("away", "came back", "return"),
    ),
    Way(
        "temporary_never",
        "no temporary placement ever counted",
        "A temporary placement from which the child did not go back counts as a placement.",
        rewriting.read_as(left_out=("failed",)),
        about=("failed",),
    ),
    Way(
        "restart_joined",
        "moves to the very same placement counted",
        "A move to the very placement that the child was in is joined to it.",
        choice=("spurious_restart", "counted"),
        about=("restart",),
    ),
    Way(
        "same_day",
        "stays of less than a day counted",
        "Of the placements begun on one day only the last counts.",
        rewriting.stays_of_less_than_a_day,
        about=("replaced",),
    ),
    Way(
        "legal_status",
        "changes of legal status alone counted",
        "A change of legal status alone begins no placement.",
        rewriting.read_as(apart=("status",)),
        about=("status",),
    ),
    Way(
        "re_entry",
        "only the present time in care counted",
        "What the child lived in during an earlier time in care counts too, and going back into care begins another "
        "placement.",
        rewriting.present_care_only,
    ),
    Way(
        "touching",
        "out of care and in again on one day taken for a move",
        "Out of care and in again on one day are two periods of care: every clock begins again.",
        rewriting.touching_joined,
    ),
    Way(
        "short_break",
        "short breaks counted",
        "Days under agreed short breaks (V3, V4) are not days looked after.",
        rewriting.short_breaks_counted,
        about=("short break",),
    ),
    Way(
        "eighteenth_birthday",
        "days past the 18th birthday counted",
        "Days from the 18th birthday on are not days looked after.",
        choice=("eighteen", "counted"),
        about=("past eighteen",),
    ),
    Way(
        "two_year_cohort",
        "the two-year cohort as those in their present care for 24 months",
        "The two-year cohort is of the children looked after in the year before the last twelve months.",
        choice=("two_year_cohort", "current_period"),
    ),
    Way(
        "adoption_clock",
        "a placement for adoption with a clock of its own",
        "A placement for adoption takes over the clock of the placement before it.",
        rewriting.adoption_apart,
        only_for=("long_term_stable",),
    ),
    Way(
        "beginning_not_known",
        "care whose beginning is not known counted as begun on its first row",
        "Care that had begun before its first row has no known beginning, and is no admission.",
        rewriting.beginnings_taken,
    ),
    Way(
        "left_that_day",
        "those who left on the day itself still counted",
        "A child who leaves care on a day is not looked after at its end.",
        rewriting.left_that_day,
    ),
    Way(
        "away_as_missing",
        "away without authorisation counted as missing",
        "Being away without authorisation (A) is not being missing (M).",
        rewriting.away_is_missing,
    ),
    Way(
        "every_row",
        "every row counted as a placement",
        "Changes of legal status, moves with the same carer, temporary placements and returns begin no placement.",
        rewriting.read_as(apart=("began", "same carer", *rewriting.AWAY, "return", "restart", "status")),
        about=("same carer", "away", "came back", "return", "restart", "status"),
    ),
)
