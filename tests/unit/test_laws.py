"""Laws of the figures, and the figures against the brute-force twin: made-up histories, day by day.

About 200 histories with fixed seeds; thousands more under the marker `deep`. What each number should be in cases one
can read is not here but in the worked cases.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from random import Random

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import Fact
from holdfast.contracts.figures import Row
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import counts, rows
from holdfast.indicators.steps import fold
from tests.factories import (
    admitted,
    discharged,
    facts,
    legal_status,
    missing,
    moved,
    returned,
    said_again,
    withdrawn,
)
from tests.histories import histories, history
from tests.reference import as_counts, child_of, counts_of, reference_rows, tally_on
from tests.reference_journey import months_after
from tests.spec import CASES, Case

Counts = Mapping[tuple[str, str, str], tuple[int, int | None]]

fixed = settings(derandomize=True, deadline=None, max_examples=25)
randoms = st.randoms(use_true_random=False)
RIGHT_FROM_THE_START, PUT_RIGHT = "2024-01-01T08:00:00Z", "2029-01-01T08:00:00Z"

HISTORIES, BLOCKS = 200, 10
DEEP_HISTORIES, DEEP_BLOCKS = 20_000, 200
MONTH_ENDS, RANDOM_DAYS, DERIVED_DAYS = 24, 5, 15
# The ledger is slower to read than one child's own counts: so many days are compared by those alone.
LEDGER_EVERY = 7


def ledger_of(children: Iterable[Sequence[Fact]]) -> Ledger:
    ledger = Ledger()
    for child in children:
        ledger.add(fold(child))
    ledger.settle()
    return ledger


def counts_on(ledger: Ledger, on: date) -> Counts:
    return as_counts(rows(ledger, on, breakdowns=True))


def same_ledger(one: Ledger, other: Ledger, days: Iterable[date]) -> bool:
    return len(one) == len(other) and all(counts_on(one, day) == counts_on(other, day) for day in days)


# --- Days worth looking at --------------------------------------------------------------------------------------------


def own_days(child: Sequence[Fact]) -> list[date]:
    """Every day the facts speak of."""
    days = {date.fromordinal(fact.on) for fact in child if fact.on is not None}
    for fact in child:
        if fact.missing is not None:
            days |= {date.fromisoformat(text[:10]) for text in (fact.missing.begins, fact.missing.ends) if text}
    return sorted(days)


def derived_days(child: Sequence[Fact]) -> list[date]:
    """Days on which a figure may change though nothing is said: birthdays, and spans of months after every own day."""
    born = [date.fromordinal(fact.date_of_birth) for fact in child if fact.date_of_birth is not None]
    birthdays = {months_after(day, 12 * years) for day in born for years in (1, 5, 10, 16, 18)}
    return sorted(birthdays | {months_after(day, months) for day in own_days(child) for months in (12, 24, 30)})


def sampled_days(child: Sequence[Fact], random: Random) -> list[date]:
    """Boundary days and the day either side, month ends from the first fact on, and a few days of no account."""
    own, derived = own_days(child), derived_days(child)
    boundaries = own + random.sample(derived, min(len(derived), DERIVED_DAYS))
    days = {day + timedelta(days=either) for day in boundaries for either in (-1, 0, 1)}
    first = (own or [date(2016, 1, 31)])[0].replace(day=1)
    since = random.randint(0, 36)
    days |= {months_after(first, since + month) - timedelta(days=1) for month in range(MONTH_ENDS)}
    days |= {first + timedelta(days=random.randint(-400, 4000)) for _ in range(RANDOM_DAYS)}
    return sorted(days)


# --- Against the twin -------------------------------------------------------------------------------------------------


def disagreement(stated: Sequence[AnyEvent], days: Sequence[date]) -> str | None:
    """The first figure on which the ledger or `counts` differ from the twin for one child, in words; or None."""
    child = facts(*stated)
    steps, ledger, twin = fold(child), ledger_of([child]), child_of(child, max(days))
    for number, day in enumerate(days):
        theirs = counts_of(tally_on([twin], day))
        readings: list[Counts] = [dict(counts(steps, day).items())]
        if number % LEDGER_EVERY == 0:
            readings.append(counts_on(ledger, day))
        for ours in readings:
            differing = [key for key in sorted(ours.keys() | theirs.keys()) if ours.get(key) != theirs.get(key)]
            if differing:
                return f"{day} {differing[0]}: {ours.get(differing[0])}, by the twin {theirs.get(differing[0])}"
    return None


def shortest(stated: Sequence[AnyEvent], days: Sequence[date]) -> list[AnyEvent]:
    """A history that still disagrees, of which no statement can be left out."""
    kept = list(stated)
    for event in stated:
        fewer = [one for one in kept if one is not event]
        if disagreement(fewer, days):
            kept = fewer
    return kept


def assert_agrees(seed: int) -> None:
    stated = history(seed)
    days = sampled_days(facts(*stated), Random(seed))
    if disagreement(stated, days):
        kept = shortest(stated, days)
        story = "\n".join(f"{event.recordedtime} {event.type} {event.data}" for event in kept)
        raise AssertionError(f"history({seed}): {disagreement(kept, days)}\n{story}")


@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_figure_of_a_made_up_history_is_what_the_twin_counts(block: int) -> None:
    for seed in range(block, HISTORIES, BLOCKS):
        assert_agrees(seed)


@pytest.mark.deep
@pytest.mark.parametrize("block", range(DEEP_BLOCKS))
def test_every_figure_of_thousands_of_made_up_histories_is_what_the_twin_counts(block: int) -> None:
    for seed in range(HISTORIES + block, HISTORIES + DEEP_HISTORIES, DEEP_BLOCKS):
        assert_agrees(seed)


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_every_figure_of_a_worked_case_is_what_the_twin_counts(case: Case) -> None:
    days = {date.fromisoformat(line.split()[0]) for line in case.figures.splitlines() if line.strip()}
    assert disagreement(case.told, sorted(days | set(own_days(facts(*case.told))))) is None


# Histories in which the order within a day, or a cut, or a name decides: seldom made up by chance.
BEGUN_BEFORE, SETTLED = moved("2016-01-05"), admitted("2016-01-01", dob="2006-02-28")
AWAY, LEFT = moved("2016-02-01", "P", "T1"), discharged("2016-03-01")
ODD: dict[str, list[AnyEvent]] = {
    "left and moved on one day, begun by a move": [BEGUN_BEFORE, LEFT, moved("2016-03-01", "P", "K2")],
    "left and moved on one day, with nothing before": [LEFT, moved("2016-03-01", "P", "K2"), moved("2016-05-01")],
    "left before anything, then moved": [LEFT, moved("2016-04-01")],
    "back by `T` and on, on one day": [
        *(SETTLED, AWAY, moved("2016-02-10", "T", "U6", sequence=1), moved("2016-02-10", "P", "U4", sequence=2))
    ],
    "back by `P` and on, on one day": [
        *(SETTLED, AWAY, moved("2016-02-10", "P", "U6", sequence=1), moved("2016-02-10", "P", "U4", sequence=2))
    ],
    "begun, away and back by `T` on one day": [
        *(SETTLED, moved("2016-02-10", "P", "U4", sequence=1), moved("2016-02-10", "P", "T3", sequence=2)),
        moved("2016-02-10", "T", "U4", sequence=3, locality="q"),
    ],
    "begun and away by `T` on one day, then back": [
        *(SETTLED, moved("2016-02-10", "P", "U4", sequence=1), moved("2016-02-10", "T", "T3", sequence=2)),
        moved("2016-02-20", "P", "U4"),
    ],
    "from one temporary placement to another, same carer": [
        *(SETTLED, AWAY, moved("2016-02-12", "T", "T4"), moved("2016-02-20", "P", "K2"))
    ],
    "an absence that ends as a cut begins": [
        *(SETTLED, AWAY, moved("2016-02-20", "B", "K2", legal="V3"), legal_status("2016-04-01", "V2"))
    ],
    "a provider kept by a return before a cut, and by one inside a cut": [
        *(admitted("2016-01-01", provider="PR1"), AWAY, returned("2016-02-10"), legal_status("2016-03-01", "V3")),
        *(legal_status("2016-04-01", "V2"), moved("2016-05-01", "P", "T1"), legal_status("2016-05-05", "V4")),
        *(returned("2016-05-10"), legal_status("2016-06-01", "V2")),
    ],
    "born on the day stated last, though first stated first": [
        *(admitted("2016-01-01", dob="2006-03-03", fact="one", recorded="2016-01-01T00:00:00Z"), LEFT),
        admitted("2017-01-01", dob="2000-03-03", sex="male", recorded="2017-01-01T00:00:00Z"),
        admitted("2016-01-01", dob="2006-03-03", fact="one", recorded="2018-01-01T00:00:00Z"),
    ],
    "short breaks and accommodation on one day": [
        *(SETTLED, legal_status("2016-02-01", "V3", sequence=1), legal_status("2016-02-01", "V2", sequence=2))
    ],
    "left, back and left on one day": [
        *(SETTLED, LEFT, admitted("2016-03-01", recorded="2016-03-03T00:00:00Z")),
        discharged("2016-03-01", fact="again", recorded="2016-03-03T00:00:01Z"),
    ],
    "left twice on the day of coming back": [
        *(SETTLED, LEFT, admitted("2016-03-01", recorded="2016-03-03T00:00:00Z")),
        discharged("2016-03-01", fact="again", recorded="2016-03-03T00:00:00Z"),
    ],
    "left on the 10th birthday": [admitted("2016-01-01", dob="2006-03-01"), LEFT],
    "left over 18, after some days in a children's home": [
        *(admitted("2016-01-01", dob="1999-02-28"), moved("2017-04-01", "B", "K2", legal="V2")),
        *(moved("2017-05-01", "P", "U6"), discharged("2017-06-01")),
    ],
    "left on the 18th birthday": [admitted("2016-01-01", dob="1999-02-28"), discharged("2017-02-28")],
    "left after the 18th birthday, born on a leap day": [
        *(admitted("2016-01-01", dob="2000-02-29"), discharged("2018-05-28"))
    ],
    "over 18 in a children's home": [
        *(admitted("2019-01-01", "K2", legal="V2", dob="2000-02-29"), moved("2019-03-01", "P", "T1")),
        *(returned("2019-03-05", "K2"), discharged("2019-05-28")),
    ],
    "missing over midnights of summer time": [
        *(SETTLED, missing("2016-06-30T23:30:00Z", "2016-07-02T23:00:00Z"), missing("2016-07-02T22:59:00Z")),
        *(missing("2016-07-03"), missing("2016-07-05", "2016-07-05"), missing("2016-07-05T10:00:00Z", "2016-07-06")),
    ],
    "admitted into a temporary placement": [
        *(admitted("2016-01-01", "T1"), moved("2016-01-03", "P", "T1"), moved("2016-01-05"))
    ],
    "away on the day of admission": [admitted("2016-01-01"), moved("2016-01-01", "P", "T3"), moved("2016-01-09")],
    "adoptive twice with one carer": [
        *(admitted("2011-01-01"), moved("2014-01-01", "P", "A6"), moved("2015-02-01", "T", "U4")),
        moved("2015-08-09", "T", "A5"),
    ],
    "admitted again into `A5`": [admitted("2013-01-01", "U4"), admitted("2015-02-01", "A5", need=None)],
}


@pytest.mark.parametrize("name", ODD)
def test_every_figure_of_an_odd_history_is_what_the_twin_counts(name: str) -> None:
    child = facts(*ODD[name])
    days = {day + timedelta(days=either) for day in own_days(child) + derived_days(child) for either in (-1, 0, 1)}
    assert disagreement(ODD[name], sorted(days)) is None


def test_the_figures_of_many_children_together_are_what_the_twin_counts() -> None:
    children = [facts(*history(seed)) for seed in range(1000, 1040)]
    ledger = ledger_of(children)
    for day in (date(2016, 2, 29), date(2017, 3, 31), date(2018, 7, 1)):
        by_the_twin = reference_rows(children, day, breakdowns=True)
        assert as_counts(rows(ledger, day, breakdowns=True)) == as_counts(by_the_twin)
        assert _named(rows(ledger, day, breakdowns=True)) == _named(by_the_twin)
        assert _named(rows(ledger, day, breakdowns=False)) == _named([row for row in by_the_twin if not row.breakdown])


def _named(rows: Iterable[Row]) -> Counter[tuple[str, str, str]]:
    """What there are rows for, those of nobody as well, and how often."""
    return Counter((row.indicator, str(row.breakdown), str(row.period)) for row in rows)


# --- Laws -------------------------------------------------------------------------------------------------------------


@fixed
@given(histories(), randoms)
def test_any_order_and_repetition_of_statements_gives_the_same_ledger(stated: list[AnyEvent], random: Random) -> None:
    again = stated + random.choices(stated, k=3) if stated else []
    random.shuffle(again)
    days = sampled_days(facts(*stated), random)[::7]
    assert same_ledger(ledger_of([facts(*stated)]), ledger_of([facts(*again)]), days)


@fixed
@given(histories(), randoms)
def test_a_correction_equals_having_been_right_from_the_start(stated: list[AnyEvent], random: Random) -> None:
    assume(stated)
    wrong = msgspec.structs.replace(random.choice(stated), recordedtime=RIGHT_FROM_THE_START)
    others = [event for event in stated if event.fact != wrong.fact]
    right = random.choice(history(random.randint(0, 999)) or [wrong])
    right = msgspec.structs.replace(right, fact=wrong.fact, source=wrong.source, recordedtime=RIGHT_FROM_THE_START)
    put_right = said_again(right, PUT_RIGHT)
    days = sampled_days(facts(*others, right), random)[::7]
    corrected = ledger_of([facts(*others, wrong, put_right)])
    assert same_ledger(corrected, ledger_of([facts(*others, right, put_right)]), days)


@fixed
@given(histories(), randoms)
def test_a_withdrawal_equals_never_having_said_it(stated: list[AnyEvent], random: Random) -> None:
    assume(stated)
    never = random.choice(stated)
    others = [event for event in stated if (event.fact, event.source) != (never.fact, never.source)]
    days = sampled_days(facts(*stated), random)[::7]
    assert same_ledger(ledger_of([facts(*stated, withdrawn(never))]), ledger_of([facts(*others)]), days)


@fixed
@given(st.lists(histories(), max_size=4), histories(), randoms)
def test_adding_and_taking_out_a_child_leaves_no_residue(
    others: list[list[AnyEvent]], stated: list[AnyEvent], random: Random
) -> None:
    children, child = [facts(*other) for other in others], facts(*stated)
    ledger = ledger_of(children)
    before = len(ledger)
    ledger.add(fold(child))
    ledger.settle()
    ledger.subtract(fold(child))
    ledger.settle()
    assert len(ledger) == before
    assert same_ledger(ledger, ledger_of(children), sampled_days(child, random)[::7])


@fixed
@given(st.lists(histories(), min_size=2, max_size=6), randoms)
def test_two_halves_of_the_children_add_up_to_the_whole(stated: list[list[AnyEvent]], random: Random) -> None:
    children = [facts(*child) for child in stated]
    half = len(children) // 2
    whole, halves = ledger_of(children), [ledger_of(children[:half]), ledger_of(children[half:])]
    for day in sampled_days(children[0], random)[::7]:
        first, second = (rows(part, day, breakdowns=True) for part in halves)
        assert as_counts(rows(whole, day, breakdowns=True)) == as_counts(map(_added, first, second))


def _added(one: Row, other: Row) -> Row:
    assert (one.indicator, one.breakdown, one.period) == (other.indicator, other.breakdown, other.period)
    both = None if one.denominator is None or other.denominator is None else one.denominator + other.denominator
    return msgspec.structs.replace(one, numerator=one.numerator + other.numerator, denominator=both)


@fixed
@given(histories(), histories(), randoms)
def test_every_figure_that_changes_is_said_to_have_changed(
    before: list[AnyEvent], after: list[AnyEvent], random: Random
) -> None:
    ledger, was = ledger_of([facts(*before)]), ledger_of([facts(*before)])
    ledger.subtract(fold(facts(*before)))
    ledger.add(fold(facts(*after)))
    said = ledger.settle()
    for day in sampled_days(facts(*before, *after), random)[::7]:
        then, now = counts_on(was, day), counts_on(ledger, day)
        assert {key[:2] for key in then.keys() | now.keys() if now.get(key) != then.get(key)} <= said


@fixed
@given(st.lists(histories(), min_size=1, max_size=3), randoms)
def test_no_numerator_is_greater_than_its_denominator(stated: list[list[AnyEvent]], random: Random) -> None:
    children = [facts(*child) for child in stated]
    ledger = ledger_of(children)
    for day in sampled_days(children[0], random)[::7]:
        for numerator, denominator in counts_on(ledger, day).values():
            assert numerator >= 0 and (denominator is None or numerator <= denominator)
