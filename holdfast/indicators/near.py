"""Near misses: children just outside a figure, what keeps them out and by how much.

One count short; within 92 days of a span or a birthday, either side; or kept out by exactly one rule, which is found by
reading the child as if that one rule said otherwise. What none of these can bring in is no near miss.
"""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from holdfast.contracts.codes import SHORT_BREAKS
from holdfast.contracts.facts import Kind
from holdfast.contracts.figures import WHOLE
from holdfast.indicators.accounts import Told
from holdfast.indicators.bridge_stops import told_by
from holdfast.indicators.bridge_words import turning_into
from holdfast.indicators.calendar import birthdays, window_start
from holdfast.indicators.care import Journey
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.contributions import contributions
from holdfast.indicators.counted import STARTS, counts_on, happened
from holdfast.indicators.journey import journey
from holdfast.indicators.members import NEVER, ONCE, Asked, Figure, Membership, Memberships, numbered
from holdfast.indicators.otherwise import WAYS, Way, rewritten
from holdfast.indicators.read_child import ReadChild
from holdfast.indicators.reasons import checks, episodes_begun, overlapping
from holdfast.indicators.rules import REPEATED_WITHIN_DAYS
from holdfast.indicators.wording import spoken

NEAR_DAYS = 92

# The rules that can keep a child out, by the code of the way of counting that goes without: those of who is looked
# after are every indicator's, the others are an indicator's own. Ways that go without several rules are none of them.
_OF_ALL = ("short_break", "eighteenth_birthday", "left_that_day")
_OF_PLACEMENTS = ("same_carer", "return", "temporary_placement", "restart_joined", "same_day", "legal_status")
_OF_ONE = {
    "three_or_more_placements": _OF_PLACEMENTS,
    "three_or_more_placements_2y": (*_OF_PLACEMENTS, "two_year_cohort"),
    "long_term_stable": ("touching", "temporary_never"),
    "missing_now": ("away_as_missing",),
    "missing_in_year": ("away_as_missing",),
    "repeat_missing": ("away_as_missing",),
    "started_in_year": ("beginning_not_known",),
    "admissions": ("beginning_not_known",),
    "placement_moves": _OF_PLACEMENTS,
    "unplanned_moves": _OF_PLACEMENTS,
    "missing_episodes": ("away_as_missing",),
}
_WAYS = {way.code: way for way in WAYS}
_MONTHS_COUNTED = {"three_or_more_placements": 12, "three_or_more_placements_2y": 24}
_ONE_SHORT = 2
_LOOKED_BACK_MONTHS = 24


class Near(Struct, frozen=True, gc=False):
    """What keeps a child just outside. `by`: one of a count, so many days, or one rule.

    `turns_on`: of a span or a birthday, the day from which the child is in, or the last on which it was. `way`: of a
    rule, its code among the other ways of counting; `fact`: the key of what it leaves out. `happened_on`: of a flow.
    """

    kind: Literal["count", "span", "birthday", "rule"]
    by: int
    sentence: str
    turns_on: date | None = None
    way: str | None = None
    fact: str | None = None
    happened_on: date | None = None


def near_misses(child: ReadChild, asked: Asked, above: Memberships, below: Memberships) -> tuple[Near, ...]:
    """What keeps a child out of a stock's numerator, or what happened to one out of a flow's; () where far off.

    `above` and `below`: what it counts as in the numerator and in the denominator on its day.
    """
    if _left_before(child, possible_since(asked.figure, child.day)):
        return ()
    if asked.figure.is_flow:
        return tuple(_by_rule(child, asked, above))
    if above:
        return ()
    counts = _by_count(child, asked) if below else ()
    return (*counts, *_by_time(child, asked), *_by_rule(child, asked, above))


def possible_since(figure: Figure, day: int) -> int:
    """Who had left care for good before this day is neither in the figure of a day nor near it.

    Leaving is one thing too many for what asks for children in care; nothing looks back further than two years.
    """
    of_those_in_care = not figure.is_flow and not INDICATORS[figure.indicator].after_care
    return day if of_those_in_care else window_start(day, _LOOKED_BACK_MONTHS)


# --- One count short --------------------------------------------------------------------------------------------------


def _by_count(child: ReadChild, asked: Asked) -> Iterator[Near]:
    code, read = asked.figure.indicator, child.journey
    if code in _MONTHS_COUNTED:
        months = _MONTHS_COUNTED[code]
        begins = window_start(child.day, months)
        stays = overlapping(read, begins, child.day)
        if len(stays) == _ONE_SHORT:
            said = f"Two placements in the last {months} months, and the second began on {spoken(stays[1].begins)}"
            fact = _left_out(child, begins)
            yield Near("count", 1, f"{said}{_beside(fact)}.", fact=fact.fact if fact else None)
    if code == "repeat_missing":
        begun = episodes_begun(read, child.day)
        if len(begun) == _ONE_SHORT:
            days = f"on {spoken(begun[0])} and on {spoken(begun[1])}"
            yield Near("count", 1, f"Missing twice in the last {REPEATED_WITHIN_DAYS} days: from {days}.")


_NO_PLACEMENT = ("same carer", "came back", "return", "restart", "replaced")


def _left_out(child: ReadChild, since: int) -> Told | None:
    """The last move of the time that began no placement."""
    said = [told for told in child.account.told if told.became in _NO_PLACEMENT]
    return next((told for told in reversed(said) if since <= told.day <= child.day), None)


def _beside(told: Told | None) -> str:
    return "" if told is None else f"; not counted: {spoken(told.on.toordinal())}, {told.says} ({told.sentence})"


# --- Within so many days of a span or a birthday ----------------------------------------------------------------------


def _by_time(child: ReadChild, asked: Asked) -> Iterator[Near]:
    """What time alone will bring in within the days, or has taken out within them."""
    spans = asked.spans(child.steps)
    day = child.day
    for begins in [begins for begins, _ in spans if day < begins <= day + NEAR_DAYS][:1]:
        if _is_in(child, asked, by=day, on=begins):
            yield _soon(child, asked, begins)
    for ends in [ends for _, ends in spans if day - NEAR_DAYS < ends <= day][-1:]:
        if not _is_in(child, asked, by=ends - 1, on=day):
            yield _lately(child, asked, ends)


def _is_in(child: ReadChild, asked: Asked, *, by: int, on: int) -> bool:
    """Whether the child is in on a day, were nothing said that is dated after another."""
    told = told_by(child.facts, by)
    if told == child.facts:
        return bool(asked.on(child.steps, on)[0])
    return bool(_members(journey(told, child.choices), asked, on))


def _soon(child: ReadChild, asked: Asked, begins: int) -> Near:
    code, read = asked.figure.indicator, child.journey
    now, then = checks(read, code, child.day), checks(read, code, begins)
    said = [one.sentence for one, other in zip(now, then, strict=False) if other.holds and not one.holds]
    sentence = " ".join(said) or f"Counted from {spoken(begins)}: {turning_into(read, code, begins)}"
    return Near(_kind(read, begins), begins - child.day, sentence, date.fromordinal(begins))


def _lately(child: ReadChild, asked: Asked, ends: int) -> Near:
    read = child.journey
    why = turning_into(read, asked.figure.indicator, ends)
    last = date.fromordinal(ends - 1)
    return Near(_kind(read, ends), child.day - ends + 1, f"Counted until {spoken(ends - 1)}. {why}", last)


def _kind(read: Journey, day: int) -> Literal["span", "birthday"]:
    born = read.date_of_birth
    return "birthday" if born is not None and day in birthdays(born) else "span"


# --- Kept out by exactly one rule -------------------------------------------------------------------------------------


def _by_rule(child: ReadChild, asked: Asked, above: Memberships) -> Iterator[Near]:
    """Of a stock the first rule that alone keeps the child out; of a flow the first for each happening."""
    told: set[Membership] = set()
    for way in rules_of(asked.figure.indicator):
        if not may_matter(child, way, asked.figure):
            continue
        facts, choices = rewritten(way, child.rewritable), way.choices(child.choices)
        if facts is child.rewritable.facts and choices == child.choices:
            continue
        otherwise = _members(journey(facts, choices), asked, child.day)
        # A rule that takes out as it brings in is not what keeps anything out.
        brought = otherwise - above - told if above <= otherwise else NEVER
        told |= brought
        for membership in sorted(brought):
            yield _of_rule(child, asked, way, membership)


def rules_of(code: str) -> tuple[Way, ...]:
    """The rules that can keep a child out, those of the indicator's own first, each as the way that goes without."""
    return tuple(map(_WAYS.__getitem__, (*_OF_ONE.get(code, ()), *_OF_ALL)))


def may_matter(child: ReadChild, way: Way, figure: Figure) -> bool:
    """Whether there is anything about a child that a rule decides: seen at once, where reading it again takes long."""
    if way.code in _OF_PLACEMENTS:
        # Only where it divides a placement within the days looked at does another come of it.
        decided = _decided(child, way)
        return any(_looked_at_since(figure, child.day) <= on <= child.day for on in decided)
    return _SIGNS[way.code](child)


def _decided(child: ReadChild, way: Way) -> list[int]:
    """The days of the facts that a rule about placements decided."""
    if way.code == "legal_status":
        return [fact.on or 0 for fact in child.facts if fact.kind is Kind.LEGAL_STATUS]
    return [fact.on or 0 for fact, became in child.trace if became in way.about]


def _looked_at_since(figure: Figure, day: int) -> int:
    return STARTS[figure.period](day) if figure.is_flow else window_start(day, _months(figure))


def _months(figure: Figure) -> int:
    return _MONTHS_COUNTED[figure.indicator]


# What there is of a child where a rule may have decided something.
_SIGNS: dict[str, Callable[[ReadChild], bool]] = {
    "short_break": lambda child: any(fact.legal_status in SHORT_BREAKS for fact in child.facts),
    "eighteenth_birthday": lambda child: (
        child.journey.date_of_birth is not None and birthdays(child.journey.date_of_birth)[4] <= child.day
    ),
    "left_that_day": lambda child: any(fact.kind is Kind.DISCHARGE and fact.on == child.day for fact in child.facts),
    "two_year_cohort": lambda child: True,
    "touching": lambda child: any(one.ends == two.begins for one, two in pairwise(child.journey.periods)),
    "temporary_never": lambda child: any(became == "failed" for _, became in child.trace),
    "away_as_missing": lambda child: any(fact.missing is not None and fact.missing.kind == "A" for fact in child.facts),
    "beginning_not_known": lambda child: any(not period.begins_known for period in child.journey.periods),
}


def _left_before(child: ReadChild, day: int) -> bool:
    return all(period.ends is not None and period.ends < day for period in child.journey.periods)


def _members(read: Journey, asked: Asked, day: int) -> Memberships:
    """What a child so read counts as. Where no cell is asked about, the rules alone say so, without any steps."""
    figure = asked.figure
    if figure.breakdown != WHOLE:
        return asked.on(contributions(read), day)[0]
    if figure.is_flow:
        begins = STARTS[figure.period](day)
        return numbered(on for on in happened(read, figure.indicator) if begins <= on <= day)
    return ONCE if counts_on(read, figure.indicator, day) else NEVER


def _of_rule(child: ReadChild, asked: Asked, way: Way, membership: Membership) -> Near:
    occurred = date.fromordinal(membership[0]) if asked.figure.is_flow else None
    fact = _about(child, way, occurred)
    said = "" if fact is None else f" {spoken(fact.on.toordinal())}: {fact.says}."
    return Near("rule", 1, f"{way.rule}{said}", way=way.code, fact=fact.fact if fact else None, happened_on=occurred)


def _about(child: ReadChild, way: Way, occurred: date | None) -> Told | None:
    """The last fact that the rule is about, of its day where something would have happened on one."""
    said = [told for told in child.account.told if told.became in way.about and told.day <= child.day]
    on_day = [told for told in said if told.on == occurred]
    return (on_day or said)[-1] if said else None
