"""Receipts: their children are the twin's, and every near miss is a member once what is stated of it is changed."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

import pytest

from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import Fact, fact_of
from holdfast.contracts.figures import WHOLE
from holdfast.indicators.accounts import account
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.members import Asked, Figure
from holdfast.indicators.near import NEAR_DAYS, Near, may_matter, rules_of
from holdfast.indicators.otherwise import WAYS, rewritten
from holdfast.indicators.read_child import ReadChild
from holdfast.indicators.reading import PERIODS
from holdfast.indicators.receipts import Line, line_of, receipt
from holdfast.indicators.rewriting import read_of
from holdfast.indicators.steps import fold
from tests.against_twin import own_days
from tests.factories import admitted, discharged, facts, legal_status, missing, moved
from tests.histories import history
from tests.reference import Counts, child_of, counts_of, tally_on
from tests.reference_journey import months_after
from tests.unit.test_explain_counted import sampled_days

ONE_DAY = timedelta(days=1)
FIGURES = [
    Figure(code, WHOLE, period)
    for code, row in INDICATORS.items()
    for period in PERIODS[row.kind]
    if not row.of_residents
]


def twin_says(told: Sequence[Fact], on: date, choices: Choices = DEFAULTS) -> Counts:
    """What the brute-force twin counts one child for."""
    return counts_of(tally_on([child_of(told, on, choices)], on))


def of_twin(says: Counts, figure: Figure) -> tuple[int, int]:
    above, below, _ = says.get((figure.indicator, figure.breakdown, figure.period), (0, 0, 0))
    return above, below or 0


def month_ends(told: Sequence[Fact], random: Random, number: int) -> list[date]:
    """Month ends in and after what was said of a child."""
    days = sorted(own_days(told)) or [date(2017, 3, 31)]
    first = random.choice(days).replace(day=1)
    return [months_after(first, 1 + random.randrange(18)) - ONE_DAY for _ in range(number)]


@pytest.mark.parametrize("block", range(12))
def test_the_children_of_a_receipt_are_those_of_the_twin(block: int) -> None:
    random = Random(block)
    children = {str(seed): facts(*history(seed)) for seed in range(100 * block, 100 * block + 8)}
    on = month_ends(children[str(100 * block)], random, 1)[0]
    says = {child: twin_says(told, on) for child, told in children.items()}
    for figure in FIGURES:
        made = receipt(children, figure, on)
        lines = {line.child: (line.numerator, line.denominator) for line in made.lines}
        for child, counts in says.items():
            assert lines.get(child, (0, 0)) == of_twin(counts, figure), (child, on, figure)
        assert made.numerator == sum(of_twin(counts, figure)[0] for counts in says.values())
        for line in made.lines:
            assert line.of == ("numerator" if line.numerator else "denominator" if line.denominator else "near miss")
            assert line.of != "near miss" or line.near


# Between them there is somebody in every figure at every month end of a year.
OF_EVERY_FIGURE = (
    *(1207, 498, 51, 892, 179, 637, 215, 1349, 682, 793, 490, 1143, 992, 1083, 1409, 85, 309),
    *(463, 887, 1440, 92, 116, 156, 457, 619, 157, 183, 328, 365, 408, 1040, 1493, 2469),
)


@pytest.mark.parametrize("month", range(12))
def test_at_each_month_end_of_a_year_every_figure_has_children_and_they_are_the_twins(month: int) -> None:
    on = months_after(date(2017, 4, 1), month) - ONE_DAY
    children = {str(seed): facts(*history(seed)) for seed in OF_EVERY_FIGURE}
    says = {child: twin_says(told, on) for child, told in children.items()}
    looked_after, rate = Figure("looked_after"), Figure("looked_after_rate")
    for figure in (*FIGURES, rate):
        made = receipt(children, figure, on)
        # The children of a rate are those looked after; its denominator no child makes up.
        wanted = {child: of_twin(counts, looked_after if figure == rate else figure) for child, counts in says.items()}
        found = {line.child: (line.numerator, line.denominator) for line in made.lines if line.of != "near miss"}
        assert found == {child: numbers for child, numbers in wanted.items() if any(numbers)}, figure
        assert made.numerator == sum(above for above, _ in wanted.values()) > 0, figure


@pytest.mark.parametrize("block", range(12))
def test_every_near_miss_is_a_member_once_what_is_stated_is_changed(block: int) -> None:
    random, met = Random(block), set[str]()
    for seed in range(1000 + 10 * block, 1010 + 10 * block):
        told = facts(*history(seed))
        for on in month_ends(told, random, 3):
            for figure in FIGURES:
                line = line_of("child", told, Asked(figure), on, DEFAULTS)
                for near in line.near if line else ():
                    met.add(near.kind)
                    assert turns_into_a_member(told, figure, on, near), (seed, on, figure, near)
    assert met >= {"rule", "span"}


@pytest.mark.parametrize("seed", range(2000, 2060))
def test_a_rule_that_is_passed_over_at_once_would_bring_nothing_in(seed: int) -> None:
    told = facts(*history(seed))
    for on in sampled_days(told, Random(seed)):
        child = ReadChild(told, on.toordinal())
        read = read_of(told, child.account, child.day)
        for figure in FIGURES:
            asked = Asked(figure)
            above, _ = asked.on(child.steps, child.day)
            for way in rules_of(figure.indicator):
                # Stays of less than a day are put a day earlier to be counted: one of the morrow is none of that day.
                if way.code != "same_day" and not may_matter(child, way, figure):
                    otherwise, _ = asked.on(fold(rewritten(way, read), way.choices(DEFAULTS)), child.day)
                    assert not above < otherwise, (on, figure, way.code)


def turns_into_a_member(told: Sequence[Fact], figure: Figure, on: date, near: Near) -> bool:
    """By the twin: out as it is, and in once the one thing is otherwise."""
    before = of_twin(twin_says(told, on), figure)[0]
    assert figure.is_flow or not before
    if near.kind == "rule":
        [way] = [way for way in WAYS if way.code == near.way]
        facts_otherwise = rewritten(way, read_of(told, account(told), on.toordinal()))
        return of_twin(twin_says(facts_otherwise, on, way.choices(DEFAULTS)), figure)[0] > before
    if near.kind == "count":
        return any(of_twin(twin_says(more, on), figure)[0] for more in with_one_more(told, figure, on))
    assert near.turns_on is not None
    days = (near.turns_on - on).days
    assert abs(days) == near.by <= NEAR_DAYS
    return bool(of_twin(twin_says(told, near.turns_on), figure)[0])


def with_one_more(told: Sequence[Fact], figure: Figure, on: date) -> Iterator[list[Fact]]:
    """The same facts with one more placement or missing episode, on the day or on one of those before it."""
    for back in range(NEAR_DAYS):
        day = on - back * ONE_DAY
        more: AnyEvent = (
            missing(day.isoformat(), f"{day}T22:30:00Z", fact="one more", system="first")
            if figure.indicator == "repeat_missing"
            else moved(day.isoformat(), place="K2", placement_id="one more", fact="one more", system="first")
        )
        yield [*told, fact_of(more)]


# --- What a near miss says --------------------------------------------------------------------------------------------


def near_of(indicator: str, on: str, *told: AnyEvent) -> Line:
    period = PERIODS[INDICATORS[indicator].kind][0]
    line = line_of("child", facts(*told), Asked(Figure(indicator, period=period)), date.fromisoformat(on), DEFAULTS)
    assert line is not None
    return line


def test_two_placements_are_one_short_and_say_when_the_second_began() -> None:
    [near] = near_of(
        "three_or_more_placements", "2017-06-30", admitted("2015-01-01"), moved("2017-05-03", place="K2")
    ).near
    assert (near.kind, near.by) == ("count", 1)
    assert near.sentence == "Two placements in the last 12 months, and the second began on 3 May 2017."


def test_a_third_stay_with_the_same_carer_is_named_with_its_rule() -> None:
    told = admitted("2015-01-01"), moved("2017-05-03", place="K2"), moved("2017-06-01", "T", place="K2", fact="t")
    count, rule = near_of("three_or_more_placements", "2017-06-30", *told).near
    assert "not counted: 1 June 2017, moved to" in count.sentence
    assert "same carer" in count.sentence
    assert (rule.kind, rule.way) == ("rule", "same_carer")
    assert rule.sentence.startswith("A move with the same carer (T, U, or to adoption by the carer)")
    assert rule.fact == count.fact == facts(told[2])[0].key


def test_reaching_two_years_is_near_within_92_days_and_not_before() -> None:
    told = admitted("2010-01-01", dob="2006-01-01"), moved("2015-08-09", place="U4")
    [near] = near_of("long_term_stable", "2017-06-30", *told).near
    assert (near.kind, near.by, near.turns_on) == ("span", 40, date(2017, 8, 9))
    assert near.sentence == "In this placement since 9 August 2015: reaches two years on 9 August 2017, 40 days later."
    assert near_of("long_term_stable", "2017-05-09", *told).near[0].by == NEAR_DAYS
    assert not near_of("long_term_stable", "2017-05-08", *told).near


def test_a_sixteenth_birthday_is_near_for_92_days_after() -> None:
    told = (admitted("2010-01-01", dob="2001-05-09"),)
    [near] = near_of("long_term_stable", "2017-06-30", *told).near
    assert (near.kind, near.by, near.turns_on) == ("birthday", 53, date(2017, 5, 8))
    assert near.sentence == "Counted until 8 May 2017. Turned 16 on 9 May 2017."
    assert near_of("long_term_stable", "2017-08-08", *told).of == "near miss"
    assert line_of("c", facts(*told), Asked(Figure("long_term_stable")), date(2017, 8, 9), DEFAULTS) is None


def test_a_move_that_a_rule_leaves_out_is_near_for_the_moves_of_its_month() -> None:
    told = admitted("2015-01-01", placement_id="a"), moved("2017-06-03", placement_id="a", fact="again")
    [near] = near_of("placement_moves", "2017-06-30", *told).near
    assert (near.way, near.happened_on) == ("restart_joined", date(2017, 6, 3))
    assert (
        line_of("c", facts(*told), Asked(Figure("placement_moves", period="month")), date(2017, 7, 31), DEFAULTS)
        is None
    )


def test_short_breaks_alone_keep_a_child_out_of_those_looked_after() -> None:
    line = near_of("looked_after", "2017-06-30", admitted("2015-01-01"), legal_status("2017-05-01", "V4"))
    assert (line.of, [near.way for near in line.near]) == ("near miss", ["short_break"])


def test_who_has_left_long_ago_is_in_no_receipt() -> None:
    told = facts(admitted("2015-01-01"), discharged("2015-06-01"))
    for figure in FIGURES:
        assert line_of("child", told, Asked(figure), date(2017, 6, 30), DEFAULTS) is None


def test_a_receipt_tells_the_stays_and_what_happened() -> None:
    told = admitted("2017-01-01"), moved("2017-05-03", place="K2"), moved("2017-06-01", place="U4")
    line = near_of("three_or_more_placements", "2017-06-30", *told)
    assert (line.of, line.near, [stay.counted for stay in line.stays]) == ("numerator", (), [True] * 3)
    line = near_of("placement_moves", "2017-06-30", *told)
    assert [each.on for each in line.occurrences] == [date(2017, 6, 1)]
    assert line.occurrences[0].fact == facts(told[2])[0].key
