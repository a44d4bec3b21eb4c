"""What keeps a finding the same, and which figures hang on it: by hand, and against the engine's own other choices."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
import pytest

from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import Fact, fact_of, standing
from holdfast.contracts.findings import Touches
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.effects import figures_of
from holdfast.indicators.findings import SENTENCES
from holdfast.indicators.identity import Identified, identified
from holdfast.indicators.journey import journey
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.mendings import MENDINGS
from holdfast.indicators.steps import fold
from holdfast.indicators.touches import BEARS_ON, days_to, touches
from tests.factories import admitted, discharged, legal_status, missing, moved, said_again, withdrawn

ON = date(2017, 6, 30)
HOME: dict[str, Any] = {"provider": "PR1", "locality": "here"}
IN_CARE = admitted("2016-05-01", "U6", **HOME)
RESTART_FACT = "placement/7"
RESTART = moved("2017-03-01", "P", "U6", fact=RESTART_FACT, **HOME)
THIRD = moved("2017-05-01", "P", "K2")


def facts(*stated: AnyEvent) -> list[Fact]:
    return list(map(fact_of, stated))


def found(*stated: AnyEvent) -> dict[str, Identified]:
    """A child's findings by code, each of which comes once."""
    stands = list(standing(facts(*stated)).values())
    child = journey(stands)
    named = identified("child", child.findings, child.awaiting, stands)
    assert len({one.finding.code for one in named}) == len(named)
    return {one.finding.code: one for one in named}


def hanging(code: str, *stated: AnyEvent, others: Sequence[Sequence[AnyEvent]] = ()) -> Touches:
    ledger = Ledger()
    for child in (stated, *others):
        ledger.add(fold(standing(facts(*child)).values()))
    return touches(
        found(*stated)[code].finding, facts(*stated), ON, DEFAULTS, None, figures_of(ledger, days_to(ON), None)
    )


def changed(told: Touches) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Numerators of the authority from and to, by indicator, period and day."""
    return {
        (figure.indicator, figure.period, str(day.date)): (
            day.authority.before.numerator,
            day.authority.after.numerator,
        )
        for figure in told.figures
        for day in figure.days
        if day.authority is not msgspec.UNSET
    }


def test_a_finding_keeps_its_name_while_its_facts_say_the_same() -> None:
    first = found(IN_CARE, RESTART)["spurious-restart"]
    assert len(first.id) == 32
    assert found(RESTART, IN_CARE, THIRD)["spurious-restart"].id == first.id
    again = said_again(RESTART, "2018-01-01T00:00:00Z")
    assert found(IN_CARE, RESTART, again)["spurious-restart"].id == first.id
    assert first.systems == (fact_of(RESTART).system,)


def test_a_finding_whose_fact_says_something_else_is_another_one() -> None:
    first = found(IN_CARE, RESTART)["spurious-restart"]
    otherwise = moved("2017-03-01", "B", "U6", legal="C2", fact=RESTART_FACT, recorded="2018-01-01T00:00:00Z", **HOME)
    assert found(IN_CARE, RESTART, otherwise)["spurious-restart"].id != first.id
    elsewhere = journey(standing(facts(IN_CARE, RESTART)).values())
    [of_another] = identified("another", elsewhere.findings, (), list(standing(facts(IN_CARE, RESTART)).values()))
    assert of_another.id != first.id


def test_one_without_a_fact_rests_on_what_was_stated_of_its_day_or_on_the_admissions() -> None:
    nameless = admitted("2016-05-01", dob=None)
    first = found(nameless)["no-date-of-birth"]
    assert found(nameless, THIRD)["no-date-of-birth"].id == first.id
    assert (
        found(nameless, discharged("2016-09-01"), admitted("2017-01-01", dob=None))["no-date-of-birth"].id != first.id
    )
    cut = found(IN_CARE, legal_status("2016-08-01", "V4"), THIRD)["short-breaks-inside-care"]
    assert cut.systems


def test_what_time_alone_brings_holds_from_its_day_on() -> None:
    [eighteen] = found(admitted("2016-05-01", dob="1999-07-02")).values()
    assert (eighteen.finding.code, eighteen.awaits) == ("open-past-eighteen", True)
    assert not eighteen.holds_on(date(2017, 7, 1).toordinal())
    assert eighteen.holds_on(date(2017, 7, 2).toordinal())


def test_a_spurious_restart_read_as_a_move_is_told_by_name_from_and_to() -> None:
    told = hanging("spurious-restart", IN_CARE, RESTART, THIRD, others=[[admitted("2015-01-01", child="other")]])
    assert told.rule == "otherwise"
    assert changed(told)[("three_or_more_placements", "on", "2017-05-31")] == (0, 1)
    assert changed(told)[("placement_moves", "month", "2017-03-31")] == (0, 1)
    assert ("looked_after", "on", "2017-06-30") not in changed(told)
    [sentence] = [each.sentence for each in told.figures if each.indicator == "three_or_more_placements"]
    assert sentence.startswith(
        "Three or more placements in twelve months, on 30 June 2017: this child goes from 0 of 1 to 1 of 1; the "
        "authority goes from 0 of 2 to 1 of 2"
    )


def test_all_restarts_read_as_moves_are_what_the_engines_other_choice_counts() -> None:
    """With one restart the two ways of finding out are of the same child: the choice, and the rewriting of a fact."""
    told = hanging("spurious-restart", IN_CARE, RESTART, THIRD)
    counted = Ledger()
    counted.add(fold(standing(facts(IN_CARE, RESTART, THIRD)).values(), Choices(spurious_restart="counted")))
    by_choice = figures_of(counted, days_to(ON), None)
    for figure in told.figures:
        for day in figure.days:
            [counts] = [
                counts
                for name, counts in by_choice.items()
                if name[:2] == (figure.indicator, figure.period) and name.day == day.date.toordinal()
            ]
            assert day.child.after == counts


def test_of_two_restarts_only_the_one_in_question_is_read_as_a_move() -> None:
    second = moved("2017-06-01", "P", "U6", **HOME)
    stands = list(standing(facts(IN_CARE, RESTART, second)).values())
    named = [each for each in journey(stands).findings if each.code == "spurious-restart"]
    assert len(named) == 2
    for finding, month_end in zip(named, ("2017-03-31", "2017-06-30"), strict=True):
        told = touches(finding, facts(IN_CARE, RESTART, second), ON)
        [moves] = [each for each in told.figures if (each.indicator, each.period) == ("placement_moves", "month")]
        assert [(str(day.date), day.child.after.numerator) for day in moves.days] == [(month_end, 1)]


def test_the_other_date_of_birth_and_the_other_statement_are_tried() -> None:
    young = admitted("2014-05-01", dob="2003-01-01")
    again = admitted("2016-05-01", dob="1998-01-01", fact="again", recorded="2014-01-01T00:00:00Z")
    told = hanging("date-of-birth-disagrees", young, discharged("2016-04-30"), again)
    # With the other one the child would have turned 18 on 1 January 2016.
    assert changed(told)[("looked_after", "on", "2017-06-30")] == (1, 0)
    at = "2017-04-01T12:00:00Z"
    one, other = (moved("2017-03-05", "P", place, fact="it", recorded=at) for place in ("K2", "U4"))
    contested = changed(hanging("contested", IN_CARE, one, other))
    assert contested[("residential", "on", "2017-06-30")] in ((0, 1), (1, 0))


@pytest.mark.parametrize(
    ("code", "stated", "expected"),
    [
        (
            "second-admission",
            [admitted("2016-05-01", "U6"), admitted("2017-02-01", "K2")],
            {("discharges", "month", "2017-02-28"): (0, 1), ("admissions", "month", "2017-02-28"): (0, 1)},
        ),
        (
            "short-breaks-inside-care",
            [admitted("2016-05-01"), legal_status("2017-02-01", "V4")],
            {("looked_after", "on", "2017-06-30"): (0, 1)},
        ),
        (
            "open-past-eighteen",
            [admitted("2016-05-01", dob="1999-05-02")],
            {("discharges", "month", "2017-05-31"): (0, 1), ("ceased_in_year", "on", "2017-06-30"): (0, 1)},
        ),
        (
            "second-discharge",
            [
                admitted("2016-05-01"),
                discharged("2017-02-01", fact="one", recorded="2017-02-02T00:00:00Z"),
                admitted("2017-02-01", "K2", recorded="2017-02-04T00:00:00Z"),
                discharged("2017-02-01", fact="two", recorded="2017-02-03T00:00:00Z"),
            ],
            {("looked_after", "on", "2017-06-30"): (1, 0)},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_determinate_mending_moves_the_figures_that_hang_on_it(
    code: str, stated: list[AnyEvent], expected: dict[tuple[str, str, str], tuple[int, int]]
) -> None:
    told = hanging(code, *stated)
    assert told.rule == "otherwise"
    assert told.supposing
    for name, counts in expected.items():
        assert changed(told)[name] == counts


def test_the_two_of_a_day_whose_order_is_arbitrary_are_tried_the_other_way_round() -> None:
    same: dict[str, Any] = {"recorded": "2017-03-02T00:00:00Z"}
    stated: list[AnyEvent] = [
        IN_CARE,
        moved("2017-03-01", "P", "K2", fact="a", **same),
        moved("2017-03-01", "P", "K2", fact="b", **same),
    ]
    told = hanging("order-undecided", *stated)
    assert (told.rule, told.figures) == ("otherwise", [])


def test_without_a_determinate_mending_the_figures_it_bears_on_are_told_as_they_are() -> None:
    told = hanging("beginning-not-known", moved("2016-05-01", "P", "U6"), THIRD)
    assert (told.rule, told.figures) == ("counted", [])
    assert {each.indicator for each in told.counts} <= set(BEARS_ON["beginning-not-known"])
    [three] = [each for each in told.counts if each.indicator == "three_or_more_placements"]
    assert min(day.date for day in three.days) == date(2016, 5, 31)
    assert three.days[-1].child.denominator == 1
    assert three.sentence == (
        "Three or more placements in twelve months, on 30 June 2017: this child counts as 0 of 1; it does at 13 other "
        "month ends too."
    )


def test_a_finding_about_an_episode_bears_on_what_is_missing_alone() -> None:
    told = hanging("missing-left-open", IN_CARE, missing("2017-01-05"), missing("2017-02-05", "2017-02-07"))
    assert told.counts
    assert all("missing" in each.indicator or each.indicator == "away_episodes" for each in told.counts)


def test_what_counts_nowhere_has_no_figure_hanging_on_it() -> None:
    told = hanging("move-outside-care", IN_CARE, discharged("2016-09-01"), moved("2017-06-15", "P", "K2"))
    assert [each for each in told.counts if each.indicator == "looked_after"] == []


def test_a_withdrawn_restart_leaves_no_finding() -> None:
    assert "spurious-restart" not in found(IN_CARE, RESTART, withdrawn(RESTART))


def test_every_mending_and_every_bearing_is_of_a_finding_there_is() -> None:
    assert set(MENDINGS) | set(BEARS_ON) <= set(SENTENCES)
    assert not set(MENDINGS) & set(BEARS_ON)
