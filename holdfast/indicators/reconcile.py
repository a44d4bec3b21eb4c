"""An analyst's list of children set against a figure: who is in one and not in the other, and which rule decides it.

Found by asking under which other way of counting a child would be on the other side. Days are dates, facts are keys.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from msgspec import Struct, structs

from holdfast.contracts.facts import Fact
from holdfast.contracts.figures import Period
from holdfast.indicators.accounts import account
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.counted import STARTS, counted
from holdfast.indicators.explain import Explanation, explain, looks_back_to
from holdfast.indicators.journey import journey
from holdfast.indicators.otherwise import WAYS, Way, rewritten
from holdfast.indicators.rewriting import Read, read_of
from holdfast.indicators.wording import from_to, spoken

Numbers = tuple[int, int | None]
# The last rows named, of those that a rule is about.
_ROWS = 3


class Row(Struct, frozen=True):
    """A fact that a difference is about, by its key, with what became of it."""

    fact: str
    on: date
    became: str


class Difference(Struct, frozen=True):
    """A child in one list alone. `way` is the way of counting under which the child would not be, None where none is.

    `rule` says what the definitions say, or why the child counts or doesn't; `rows` are what it is about. `others`: the
    codes of further ways under which the child would not be in one list alone.
    """

    child: str
    counted: bool
    way: str | None
    rule: str
    rows: tuple[Row, ...] = ()
    others: tuple[str, ...] = ()


class Counting(Struct, frozen=True):
    """The figure under a way of counting, and how many children it has that the list has not, or the other way."""

    way: str
    title: str
    numerator: int
    denominator: int | None
    differences: int
    fits_best: bool = False


class Reconciled(Struct, frozen=True):
    """`ways` begins with the definitions. `without_effect`: titles of ways that change nothing here."""

    indicator: str
    title: str
    on: date
    period: Period
    mine: int
    both: int
    differences: tuple[Difference, ...]
    ways: tuple[Counting, ...]
    without_effect: tuple[str, ...]


class _Child(Struct):
    read: Read
    ours: Numbers
    # By the code of a way under which the child counts for something else.
    otherwise: dict[str, tuple[Numbers, tuple[Row, ...]]]


class _Asked(Struct):
    code: str
    on: date
    period: Period
    choices: Choices


def reconcile(
    children: Mapping[str, Sequence[Fact]],
    mine: Collection[str],
    code: str,
    on: date,
    period: Period = "on",
    choices: Choices = DEFAULTS,
) -> Reconciled:
    """Set a list of children against an indicator's numerator. `period`: of a flow, that in which they are counted."""
    asked = _Asked(code, on, period, choices)
    ways = [way for way in WAYS if not way.only_for or code in way.only_for]
    known = {child: _child(facts, ways, asked) for child, facts in children.items()}
    listed = set(mine)
    ours = {child for child, each in known.items() if each.ours[0]}
    alone = sorted(ours ^ listed)
    countings = [
        _counting(way.code, way.title, {child: _under(way, each) for child, each in known.items()}, listed)
        for way in ways
    ]
    # What decides is told by the way that fits the list best; the last way is many rules at once.
    fit = {each.way: each.differences for each in countings}
    ways = sorted(ways, key=lambda way: (way is WAYS[-1], fit[way.code]))
    as_defined = _counting("as_defined", "as defined", {child: each.ours for child, each in known.items()}, listed)
    changing = [each for each in countings if any(each.way in child.otherwise for child in known.values())]
    return Reconciled(
        code,
        INDICATORS[code].title,
        on,
        period,
        len(listed),
        len(ours & listed),
        tuple(_difference(child, known.get(child), ways, asked) for child in alone),
        _best_marked([as_defined, *_other_periods(known, listed, asked), *changing]),
        tuple(way.title for way in WAYS if way in ways and way.code not in {each.way for each in changing}),
    )


def _best_marked(countings: list[Counting]) -> tuple[Counting, ...]:
    """The first of those with the fewest differences fits best."""
    best = min(countings, key=lambda each: each.differences)
    return tuple(structs.replace(each, fits_best=each is best) for each in countings)


def _child(facts: Sequence[Fact], ways: Sequence[Way], asked: _Asked) -> _Child:
    told = account(facts, asked.choices)
    read = read_of(facts, told, asked.on.toordinal())
    ours = _numbers(facts, asked, asked.choices)
    otherwise: dict[str, tuple[Numbers, tuple[Row, ...]]] = {}
    for way in ways:
        seen, choices = rewritten(way, read), way.choices(asked.choices)
        if seen is read.facts and choices == asked.choices:
            continue
        numbers = _numbers(seen, asked, choices)
        if numbers != ours:
            otherwise[way.code] = numbers, _rows(way, read, seen, looks_back_to(told.child, asked.code, read.day))
    return _Child(read, ours, otherwise)


def _numbers(facts: Sequence[Fact], asked: _Asked, choices: Choices) -> Numbers:
    counts = counted(journey(facts, choices), asked.code, asked.on)
    return next((each.numerator, each.denominator) for each in counts if each.period == asked.period)


def _rows(way: Way, read: Read, seen: Sequence[Fact], since: int) -> tuple[Row, ...]:
    """The last facts that this way is about, those of the time that the figure looks at if there are any."""
    kept = {fact.key: fact for fact in seen}
    rows = [row for row in _all_rows(read) if row.on.toordinal() <= read.day]
    about = [row for row in rows if row.became in way.about]
    changed = [fact.key for fact in read.facts if kept.get(fact.key) != fact]
    chosen = about or [row for row in rows if row.fact in changed]
    within = [row for row in chosen if row.on.toordinal() >= since]
    return tuple((within or chosen)[-_ROWS:])


def _all_rows(read: Read) -> list[Row]:
    told = [Row(each.fact, each.on, each.became) for each in read.account.told]
    return told + [Row(each.fact, date.fromordinal(each.begins), "missing") for each in read.account.child.missing]


def _counting(way: str, title: str, numbers: Mapping[str, Numbers], listed: set[str]) -> Counting:
    theirs = {child for child, (above, _) in numbers.items() if above}
    below = [below for _, below in numbers.values() if below is not None]
    return Counting(
        way, title, sum(above for above, _ in numbers.values()), sum(below) if below else None, len(theirs ^ listed)
    )


def _other_periods(known: Mapping[str, _Child], listed: set[str], asked: _Asked) -> list[Counting]:
    """A flow as defined, over the periods that were not asked for."""
    return [
        _counting(
            period,
            title,
            {child: _numbers(each.read.facts, other, asked.choices) for child, each in known.items()},
            listed,
        )
        for period, title in _PERIODS.items()
        if asked.period not in ("on", period)
        for other in [_Asked(asked.code, asked.on, period, asked.choices)]
    ]


_PERIODS: dict[Period, str] = {
    "month": "as defined, over the month",
    "year_to_date": "as defined, over the financial year to date",
    "rolling_year": "as defined, over the last 12 months",
}


def _under(way: Way, child: _Child) -> Numbers:
    return child.otherwise.get(way.code, (child.ours, ()))[0]


def _difference(reference: str, child: _Child | None, ways: Sequence[Way], asked: _Asked) -> Difference:
    if child is None:
        return Difference(reference, False, None, "Not in the returns at all.")
    counts = bool(child.ours[0])
    flipping = [way for way in ways if way.code in child.otherwise and bool(_under(way, child)[0]) != counts]
    if flipping:
        first, *others = flipping
        rows = child.otherwise[first.code][1]
        return Difference(reference, counts, first.code, first.rule, rows, tuple(way.code for way in others))
    explained = explain(child.read.facts, asked.code, asked.on, asked.choices)
    return Difference(reference, counts, None, _nearest(explained, counts, asked), _rows_of(explained, child.read))


def _nearest(explained: Explanation, counts: bool, asked: _Asked) -> str:
    """The condition that fails, or for one that counts, the last that holds."""
    if explained.checks:
        failing = [check.sentence for check in explained.checks if not check.holds]
        return explained.checks[-1].sentence if counts else failing[0]
    told = [each for each in explained.occurrences if each.counted or not counts]
    if not told:
        return "Nothing of the kind is known."
    last = next((each for each in reversed(told) if each.on <= explained.on), told[0])
    day, on = asked.on.toordinal(), last.on.toordinal()
    begins = STARTS[asked.period](day)
    outside = "" if begins <= on <= day else f"Nothing of the kind {from_to(begins, day)}. Nearest: "
    return f"{outside}{spoken(on)}: {last.sentence}"


def _rows_of(explained: Explanation, read: Read) -> tuple[Row, ...]:
    named = {each.fact for each in explained.occurrences} | {each.fact for each in explained.stays}
    rows = [row for row in _all_rows(read) if row.on <= explained.on]
    return tuple(([row for row in rows if row.fact in named] or rows)[-1:])
