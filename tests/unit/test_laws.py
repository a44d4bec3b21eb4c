"""Laws of the figures, over made-up histories: what makes no difference, what adds up, and what leaves nothing behind.

Whether the figures are right is not asked here: that is `test_twin`, and the spec tables.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import islice
from random import Random

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import fact_of, microseconds
from holdfast.contracts.figures import Row
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import figures, rows
from holdfast.indicators.steps import Steps, fold
from tests.against_twin import counted_on, days_of, ledger_of
from tests.factories import facts, said_again, withdrawn
from tests.histories import histories, history

fixed = settings(derandomize=True, deadline=None, max_examples=50)
randoms = st.randoms(use_true_random=False)
RIGHT_FROM_THE_START, PUT_RIGHT = "2024-01-01T08:00:00Z", "2029-01-01T08:00:00Z"
A_MILLION = 1_000_000


def folded(stated: Iterable[AnyEvent]) -> Steps:
    return fold(facts(*stated))


def nothing_between(some: Ledger, others: Iterable[Steps]) -> bool:
    """Whether one ledger holds what children add up to and nothing else, on any day: less them it is empty."""
    left = Ledger()
    left.add_ledger(some)
    for steps in others:
        left.subtract(steps)
    return len(left) == 0


def some_days(stated: Sequence[AnyEvent], random: Random) -> list[date]:
    return days_of(facts(*stated), random)[::7]


@fixed
@given(histories(), randoms)
def test_any_order_and_repetition_of_statements_ends_in_the_same_ledger(stated: list[AnyEvent], random: Random) -> None:
    """As a worker hears them: one after the other, the child's steps taken out and put back each time."""
    heard = stated + random.choices(stated, k=3) if stated else []
    random.shuffle(heard)
    ledger, said, steps = Ledger(), list[AnyEvent](), Steps()
    for event in heard:
        said.append(event)
        ledger.subtract(steps)
        steps = folded(said)
        ledger.add(steps)
    assert nothing_between(ledger, [folded(stated)])
    days = some_days(stated, random)[::3]
    assert counted_on(ledger, days) == counted_on(ledger_of([folded(stated)]), days)


@fixed
@given(histories(), randoms)
def test_a_correction_equals_having_been_right_from_the_start(stated: list[AnyEvent], random: Random) -> None:
    assume(stated)
    wrong = msgspec.structs.replace(random.choice(stated), recordedtime=RIGHT_FROM_THE_START)
    others = [event for event in stated if event.fact != wrong.fact]
    right = random.choice(history(random.randint(0, 999)) or [wrong])
    right = msgspec.structs.replace(right, fact=wrong.fact, source=wrong.source, recordedtime=RIGHT_FROM_THE_START)
    put_right = said_again(right, PUT_RIGHT)
    assert nothing_between(ledger_of([folded([*others, wrong, put_right])]), [folded([*others, right, put_right])])


@fixed
@given(histories(), randoms)
def test_a_withdrawal_equals_never_having_said_it(stated: list[AnyEvent], random: Random) -> None:
    assume(stated)
    never = random.choice(stated)
    others = [event for event in stated if (event.fact, event.source) != (never.fact, never.source)]
    assert nothing_between(ledger_of([folded([*stated, withdrawn(never)])]), [folded(others)])


@fixed
@given(st.lists(histories(), max_size=4), histories(), randoms)
def test_adding_and_taking_out_a_child_leaves_the_ledger_as_it_was(
    others: list[list[AnyEvent]], stated: list[AnyEvent], random: Random
) -> None:
    children, steps = list(map(folded, others)), folded(stated)
    ledger = ledger_of(children)
    ledger.settle()
    entries, days = len(ledger), some_days(stated, random)[::3]
    before = counted_on(ledger, days)
    ledger.add(steps)
    ledger.settle()
    ledger.subtract(steps)
    said = ledger.settle()
    assert len(ledger) == entries
    assert counted_on(ledger, days) == before
    assert nothing_between(ledger, children)
    assert bool(said) == bool(len(steps))


@fixed
@given(st.lists(histories(), min_size=2, max_size=6), randoms)
def test_two_halves_of_the_children_add_up_to_the_whole(stated: list[list[AnyEvent]], random: Random) -> None:
    children = list(map(folded, stated))
    half = len(children) // 2
    one, other = ledger_of(children[:half]), ledger_of(children[half:])
    whole = ledger_of(children)
    for day in some_days(stated[0], random)[::9]:
        assert rows(whole, day, breakdowns=True) == list(
            map(_added, rows(one, day, breakdowns=True), rows(other, day, breakdowns=True))
        )
    one.add_ledger(other)
    assert nothing_between(one, children)


def _added(one: Row, other: Row) -> Row:
    return msgspec.structs.replace(
        one,
        numerator=one.numerator + other.numerator,
        denominator=None
        if one.denominator is None or other.denominator is None
        else one.denominator + other.denominator,
        unknown=msgspec.UNSET
        if isinstance(one.unknown, msgspec.UnsetType) or isinstance(other.unknown, msgspec.UnsetType)
        else one.unknown + other.unknown,
    )


@fixed
@given(histories(), st.integers(0, 400))
def test_a_figure_read_a_year_ahead_is_the_figure_of_that_day_if_nothing_else_is_said(
    stated: list[AnyEvent], days_later: int
) -> None:
    """Of what is known on a day: the month ends ahead of it, each once more when it has come."""
    assume(stated)
    today = date.fromisoformat(min(event.recordedtime for event in stated)[:10]) + timedelta(days=days_later)
    tonight = microseconds(f"{today}T23:59:59Z")
    ledger = ledger_of([folded([event for event in stated if fact_of(event).recorded_at <= tonight])])
    held = sorted(ledger.settle())
    assume(held)
    ahead = figures(ledger, today, month_ends=1, ahead=12, only=held)
    for month, coming in enumerate(ahead[0].ahead):
        then = figures(ledger, coming.on, month_ends=1, ahead=0, only=held)
        assert [figure.ahead[month].readings for figure in ahead] == [figure.readings for figure in then]
        assert [figure.month_ends for figure in then] == [[figure.ahead[month]] for figure in ahead]


@fixed
@given(histories(), histories(), randoms)
def test_every_figure_that_changes_is_said_to_have_changed(
    before: list[AnyEvent], after: list[AnyEvent], random: Random
) -> None:
    ledger = ledger_of([folded(before)])
    ledger.settle()
    days = some_days([*before, *after], random)
    was = counted_on(ledger, days)
    ledger.subtract(folded(before))
    ledger.add(folded(after))
    said = ledger.settle()
    for then, now in zip(was, counted_on(ledger, days), strict=True):
        assert {key[:2] for key in then.keys() | now.keys() if now.get(key) != then.get(key)} <= said


@fixed
@given(st.lists(histories(), min_size=1, max_size=3), randoms)
def test_no_figure_counts_more_than_there_are(stated: list[list[AnyEvent]], random: Random) -> None:
    ledger = ledger_of(map(folded, stated))
    for counts in counted_on(ledger, some_days(stated[0], random)):
        for numerator, denominator, unknown in counts.values():
            assert numerator >= 0
            assert denominator is None or numerator <= denominator
            assert unknown is None or (denominator is not None and 0 <= unknown <= denominator)


def test_a_million_updates_leave_no_residue() -> None:
    """Children whose steps are put in and taken out in any order, read on the way, and at last all taken out."""
    random = Random(4)
    short = (steps for steps in map(folded, map(history, range(10_000))) if 0 < len(steps) < 16)
    children = list(islice(short, 200))
    ledger = Ledger()
    counted = [False] * len(children)
    for update in range(A_MILLION):
        which = random.randrange(len(children))
        (ledger.subtract if counted[which] else ledger.add)(children[which])
        counted[which] = not counted[which]
        if update % (A_MILLION // 20) == 0:
            ledger.settle()
    assert nothing_between(ledger, [steps for steps, held in zip(children, counted, strict=True) if held])
    for steps, held in zip(children, counted, strict=True):
        if held:
            ledger.subtract(steps)
    assert len(ledger) == 0
    assert not any(counted_on(ledger, [date(2016, 3, 31), date(2017, 3, 31)]))
