"""The bridge between two readings: that it adds up on any histories, and that each cause is told as what it is."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from random import Random
from typing import TypedDict

import pytest
from msgspec import Struct

from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import Fact, fact_of, standing
from holdfast.indicators.breakdowns import CELLS
from holdfast.indicators.bridge import CAUSES, Bridge, Change, Reading, bridge_of, changes_of, turned
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.members import Asked, Figure
from holdfast.indicators.parts import is_broken_down
from holdfast.indicators.reading import PERIODS
from holdfast.indicators.steps import fold
from tests.against_twin import counted_on, ledger_of
from tests.factories import admitted, discharged, missing, moved, said_again, withdrawn
from tests.histories import history
from tests.reference import Counts, child_of, counts_of, tally_on
from tests.reference_journey import months_after

COUNTED_OTHERWISE = Choices(eighteen="counted", spurious_restart="counted", two_year_cohort="current_period")


class Known(Struct, frozen=True):
    """One statement of one child, and when it became known by the clock that is asked by."""

    child: str
    fact: Fact
    known_at: int


class Read(Struct, frozen=True):
    """A reading: on a day, of what was known by an instant."""

    reading: Reading
    known_at: int


def bridged(known: Sequence[Known], figure: Figure, first: Read, second: Read) -> Bridge:
    """The bridge over everything known of some children; each reading's numbers are the ledger's, by themselves."""
    asked = Asked(figure)
    changes = every_change(known, asked, first, second)
    return bridge_of(asked, numbers(known, figure, first), numbers(known, figure, second), changes)


def every_change(known: Sequence[Known], asked: Asked, first: Read, second: Read) -> list[Change]:
    """Who is in one of two readings alone."""
    changes = []
    for child in sorted({each.child for each in known}):
        told = sorted((each for each in known if each.child == child), key=lambda each: each.known_at)
        held = [each.fact for each in told if each.known_at <= first.known_at]
        since = [each.fact for each in told if first.known_at < each.known_at <= second.known_at]
        changes += changes_of(child, asked, first.reading, second.reading, held, since)
    return changes


def numbers(known: Sequence[Known], figure: Figure, read: Read) -> tuple[int, int]:
    """Numerator and denominator as the ledger of all the children has them."""
    stood = standing_by_child(known, read.known_at)
    ledger = ledger_of([fold(each, read.reading.choices) for each in stood])
    key = (figure.indicator, figure.breakdown)
    [counted] = counted_on(ledger, [read.reading.on], [key])
    above, below, _ = counted.get((*key, figure.period), (0, 0, 0))
    return above, below or 0


def standing_by_child(known: Sequence[Known], at: int) -> list[list[Fact]]:
    """What stood of each child."""
    by_child: dict[str, list[Fact]] = {}
    for each in known:
        if each.known_at <= at:
            by_child.setdefault(each.child, []).append(each.fact)
    return [list(standing(facts).values()) for facts in by_child.values()]


def told_of(seeds: Sequence[int], random: Random) -> list[Known]:
    """Made-up children, with statements known when they were recorded or, by the other clock, some time later."""
    received = random.random() < 0.5
    return [
        Known(str(seed), fact, fact.recorded_at + (random.randrange(90 * 86_400_000_000) if received else 0))
        for seed in seeds
        for fact in map(fact_of, history(seed))
    ]


def some_figure(random: Random) -> Figure:
    """Any figure there is that children make up."""
    code = random.choice([code for code, row in INDICATORS.items() if not row.of_residents])
    cell = random.choice(CELLS) if is_broken_down(code) and random.random() < 0.3 else CELLS[0]
    return Figure(code, cell, random.choice(PERIODS[INDICATORS[code].kind]))


def two_readings(known: Sequence[Known], random: Random) -> tuple[Read, Read]:
    """The first knows no more than the second; their days are in either order."""
    instants = sorted(random.choice(known).known_at for _ in range(2))
    if random.random() < 0.4:
        instants[1] = max(each.known_at for each in known)
    about = [each.fact.on for each in known if each.fact.on] or [date(2017, 3, 31).toordinal()]
    day = random.choice(about) + random.choice((-1, 0, 1, 30, 200, 364, 365, 730, 913))
    days = [day, day + random.choice((0, 0, 1, 30, 61, 92, 365, 913))]
    if random.random() < 0.2:
        days.reverse()
    chosen = [random.choice((DEFAULTS, DEFAULTS, DEFAULTS, COUNTED_OTHERWISE)) for _ in range(2)]
    first, second = (
        Read(Reading(date.fromordinal(on), choices), at) for on, choices, at in zip(days, chosen, instants, strict=True)
    )
    return first, second


@pytest.mark.parametrize("block", range(20))
def test_every_bridge_adds_up_to_what_the_ledger_reads(block: int) -> None:
    random = Random(block)
    for group in range(12):
        known = told_of(range(1000 * block + 5 * group, 1000 * block + 5 * group + 5), random)
        if not known:
            continue
        for _ in range(6):
            figure, (first, second) = some_figure(random), two_readings(known, random)
            asked, was, now_is = Asked(figure), numbers(known, figure, first), numbers(known, figure, second)
            made = bridge_of(asked, was, now_is, every_change(known, asked, first, second))
            parts = [made.numerator, *([made.denominator] if made.denominator else [])]
            assert all(part.adds_up for part in parts), (block, group, figure, first, second)
            assert was == tuple(part.first for part in parts) + (0,) * (2 - len(parts))
            assert now_is == tuple(part.second for part in parts) + (0,) * (2 - len(parts))


def test_every_cause_is_reached_by_histories_alone_but_for_erasure() -> None:
    random, reached, wanted = Random(1), set[str](), set(CAUSES) - {"erased"}
    for group in range(400):
        known = told_of(range(5 * group, 5 * group + 5), random)
        for _ in range(5 if known and reached != wanted else 0):
            made = bridged(known, some_figure(random), *two_readings(known, random))
            reached |= {change.cause for change in made.changes}
    assert reached == wanted


@pytest.mark.parametrize("seed", range(40))
def test_the_numbers_of_a_bridge_are_those_of_the_twin(seed: int) -> None:
    random = Random(seed)
    known = told_of(range(3 * seed, 3 * seed + 3), random) or told_of([0, 1, 5], random)
    first, second = two_readings(known, random)
    says = [by_twin(known, read) for read in (first, second)]
    for figure in {some_figure(random) for _ in range(8)}:
        made = bridged(known, figure, first, second)
        for counts, above in zip(says, (made.numerator.first, made.numerator.second), strict=True):
            assert counts.get((figure.indicator, figure.breakdown, figure.period), (0,))[0] == above, figure


def by_twin(known: Sequence[Known], read: Read) -> Counts:
    """Every figure of a reading as the twin counts it."""
    on, choices = read.reading.on, read.reading.choices
    twins = [
        child_of([fact for fact in facts if fact.kind.name != "WITHDRAWAL"], on, choices)
        for facts in standing_by_child(known, read.known_at)
    ]
    return counts_of(tally_on(twins, on))


EVERY_FIGURE = [Figure(code, period=PERIODS[row.kind][0]) for code, row in INDICATORS.items() if not row.of_residents]
# Of whom much is told in the year of those month ends.
MANY_AT_THE_TIME = (490, 179, 120, 516, 457, 543, 555, 189, 110, 71)
MONTH_ENDS = [months_after(date(2017, 4, 1), month) - timedelta(days=1) for month in range(12)]


def test_bridges_between_all_pairs_of_twelve_month_ends_add_up_for_every_indicator() -> None:
    """Each month end as it stood a fortnight after; pairs in either order, the later walked back to the earlier."""
    known = told_of(MANY_AT_THE_TIME, Random(2))
    reads = [Read(Reading(on), _at((on + timedelta(days=14)).isoformat())) for on in MONTH_ENDS]
    changed = 0
    for figure in EVERY_FIGURE:
        asked = Asked(figure)
        counted = [numbers(known, figure, read) for read in reads]
        for (one, first), (two, second) in combinations(enumerate(reads), 2):
            made = bridge_of(asked, counted[one], counted[two], every_change(known, asked, first, second))
            assert made.numerator.adds_up, (figure, first, second)
            assert made.denominator is None or made.denominator.adds_up, (figure, first, second)
            assert turned(turned(made)) == made
            changed += len(made.changes)
    assert changed > 1000


# --- Each cause, told by hand -----------------------------------------------------------------------------------------


class Two(TypedDict):
    """On which day and as known when, of two readings."""

    first: tuple[date, str]
    second: tuple[date, str]


JUNE, JULY = date(2017, 6, 30), date(2017, 7, 31)


def one_cause(
    *told: AnyEvent,
    indicator: str = "looked_after",
    first: tuple[date, str] = (JUNE, "2017-07-14"),
    second: tuple[date, str] = (JUNE, "2018-01-01"),
    choices: Choices = DEFAULTS,
) -> tuple[str, str, str]:
    """The way, the cause and the sentence of the one change in the numerator."""
    known = [Known("child", fact, fact.recorded_at) for fact in map(fact_of, told)]
    period = PERIODS[INDICATORS[indicator].kind][0]
    reads = [
        Read(Reading(on, chosen), _at(instant)) for (on, instant), chosen in ((first, DEFAULTS), (second, choices))
    ]
    made = bridged(known, Figure(indicator, period=period), *reads)
    [change] = [each for each in made.changes if each.of == "numerator"]
    return change.way, change.cause, change.sentence


def _at(day: str) -> int:
    return fact_of(admitted(day, recorded=f"{day}T00:00:00Z")).recorded_at


IN_CARE = admitted("2015-01-01", dob="2008-01-01")


def test_a_discharge_of_june_recorded_in_august_entered_late() -> None:
    told = one_cause(IN_CARE, discharged("2017-06-20", recorded="2017-08-09T12:00:00Z"))
    assert told[:2] == ("went", "entered late")
    assert told[2] == "20 June 2017: left care: home, planned (E4A); recorded on 9 August 2017."


def test_an_admission_of_july_happened_in_between_june_and_july() -> None:
    told = one_cause(admitted("2017-07-20"), second=(JULY, "2017-08-01"))
    assert told[:2] == ("came", "happened in between")


def test_an_admission_of_july_known_of_all_along_has_happened_in_between_too() -> None:
    both: Two = {"first": (JUNE, "2018-01-01"), "second": (JULY, "2018-01-01")}
    assert one_cause(admitted("2017-07-20"), **both)[:2] == ("came", "happened in between")
    backwards: Two = {"first": (JULY, "2018-01-01"), "second": (JUNE, "2018-01-01")}
    assert one_cause(admitted("2017-07-20"), **backwards)[:2] == ("went", "happened in between")


def test_a_date_that_was_wrong_is_corrected() -> None:
    wrong = discharged("2017-06-20", fact="left")
    right = said_again(discharged("2017-07-20", fact="left"), "2017-08-09T12:00:00Z")
    told = one_cause(IN_CARE, wrong, right)
    assert told[:2] == ("came", "corrected")
    assert "Before: 20 June 2017: left care" in told[2]


def test_what_never_was_is_withdrawn() -> None:
    wrong = discharged("2017-06-20")
    told = one_cause(IN_CARE, wrong, withdrawn(wrong, recorded="2017-08-09T12:00:00Z"))
    assert told[:2] == ("came", "withdrawn")
    assert told[2].startswith('"20 June 2017: left care: home, planned (E4A)" was withdrawn')


def test_what_was_withdrawn_before_it_was_ever_said_is_new_when_said() -> None:
    left = discharged("2017-06-20", recorded="2017-08-09T12:00:00Z")
    told = one_cause(IN_CARE, withdrawn(left, recorded="2017-07-01T12:00:00Z"), left)
    assert told[:2] == ("went", "entered late")


def test_turning_sixteen_and_eighteen_is_time_passing_alone() -> None:
    days: Two = {"first": (JUNE, "2018-01-01"), "second": (JULY, "2018-01-01")}
    told = one_cause(admitted("2010-01-01", dob="2001-07-09"), indicator="long_term_stable", **days)
    assert told == ("went", "time passing alone", "Turned 16 on 9 July 2017.")
    told = one_cause(admitted("2010-01-01", dob="1999-07-09"), **days)
    assert told == ("went", "time passing alone", "Turned 18 on 9 July 2017.")


def test_reaching_two_years_and_leaving_the_rolling_year_are_time_passing_alone() -> None:
    days: Two = {"first": (JUNE, "2018-01-01"), "second": (JULY, "2018-01-01")}
    settled = (admitted("2014-01-01"), moved("2015-07-09", place="U4"))
    told = one_cause(*settled, indicator="long_term_stable", **days)
    assert told[:2] == ("came", "time passing alone")
    assert "On 9 July 2017: In this placement since 9 July 2015: reached two years" in told[2]
    moving = (admitted("2014-01-01"), moved("2016-07-09", place="U4"), moved("2017-01-01", place="K2"))
    told = one_cause(*moving, indicator="three_or_more_placements", **days)
    assert told[:2] == ("went", "time passing alone")
    assert "On 8 July 2017: Two placements in the 12 months from 9 July 2016 to 8 July 2017" in told[2]


def test_a_return_told_later_is_something_new_and_no_correction() -> None:
    gone, back = missing("2017-06-10", fact="gone"), missing("2017-06-10", "2017-06-29", fact="gone")
    told = one_cause(IN_CARE, gone, said_again(back, "2017-08-09T12:00:00Z"), indicator="missing_now")
    assert told[:2] == ("went", "entered late")
    later = missing("2017-06-10", "2017-07-03", fact="gone")
    days: Two = {"first": (JUNE, "2017-07-01"), "second": (JULY, "2018-01-01")}
    told = one_cause(IN_CARE, gone, said_again(later, "2017-07-03T12:00:00Z"), indicator="missing_now", **days)
    assert told[:2] == ("went", "happened in between")


def test_another_choice_is_a_setting_that_changed() -> None:
    told = one_cause(admitted("2010-01-01", dob="1999-01-01"), choices=Choices(eighteen="counted"))
    assert told[:2] == ("came", "definition or setting changed")


def test_the_last_to_flip_is_the_cause() -> None:
    left = discharged("2017-06-20", recorded="2017-08-09T12:00:00Z")
    never = withdrawn(left, recorded="2017-08-10T12:00:00Z")
    again = said_again(left, "2017-08-11T12:00:00Z")
    assert one_cause(IN_CARE, left, never, again)[:2] == ("went", "corrected")


def test_a_happening_moved_to_another_day_of_the_period_went_and_came() -> None:
    wrong = discharged("2017-06-20", fact="left")
    right = said_again(discharged("2017-06-21", fact="left"), "2017-08-09T12:00:00Z")
    known = [Known("child", fact, fact.recorded_at) for fact in map(fact_of, (IN_CARE, wrong, right))]
    first, second = (Read(Reading(JUNE), _at(at)) for at in ("2017-07-14", "2018-01-01"))
    made = bridged(known, Figure("discharges", period="month"), first, second)
    assert [(change.way, change.cause, change.happened_on) for change in made.changes] == [
        ("came", "corrected", date(2017, 6, 21)),
        ("went", "corrected", date(2017, 6, 20)),
    ]
    assert (made.numerator.first, made.numerator.second, made.denominator) == (1, 1, None)


# --- Erased, and the other way ----------------------------------------------------------------------------------------


def test_what_the_first_reading_counted_and_is_held_no_longer_is_erased_by_number() -> None:
    asked = Asked(Figure("three_or_more_placements"))
    made = bridge_of(asked, (60, 518), (60, 518), [], stated=(63, 522))
    [step], [below] = made.numerator.steps, made.denominator.steps if made.denominator else ()
    assert (made.numerator.first, made.numerator.second, made.numerator.adds_up) == (63, 60, True)
    assert (step.cause, step.came, step.went, below.went) == ("erased", 0, 3, 4)


def test_a_bridge_whose_numbers_differ_from_its_changes_says_so() -> None:
    made = bridge_of(Asked(Figure("looked_after")), (10, 0), (12, 0), [])
    assert not made.numerator.adds_up


def test_a_bridge_turned_leads_back() -> None:
    random = Random(7)
    known = told_of(range(40), random)
    made = bridged(known, Figure("looked_after"), *two_readings(known, random))
    back = turned(made)
    assert (back.numerator.first, back.numerator.second) == (made.numerator.second, made.numerator.first)
    assert turned(back) == made
