"""An analyst's list against a figure: made-up children, each counted otherwise for one known reason."""

from datetime import date

import pytest

from holdfast.contracts.codes import SHORT_BREAKS
from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import Kind
from holdfast.indicators.calendar import FOREVER
from holdfast.indicators.counted import counted
from holdfast.indicators.journey import journey
from holdfast.indicators.otherwise import WAYS
from holdfast.indicators.reconcile import Reconciled, reconcile
from tests.factories import admitted, discharged, facts, legal_status, missing, moved, returned
from tests.histories import history

ON = date(2018, 3, 31)
MOVES = "three_or_more_placements"

# What decides, the figure, and what was said of a child that the definitions and that way of counting differ about.
DECIDED: list[tuple[str, str, list[AnyEvent]]] = [
    (
        "same_carer",
        MOVES,
        [admitted("2017-05-01"), moved("2017-07-01", "P", "K2"), moved("2017-09-01", "T", "K2", locality="new")],
    ),
    (
        "same_carer",
        MOVES,
        [admitted("2017-05-01"), moved("2017-07-01", "P", "U4"), moved("2017-09-01", "U", "A5", legal="E1")],
    ),
    (
        "return",
        MOVES,
        [
            admitted("2017-05-01"),
            moved("2017-07-01", "P", "U4"),
            moved("2017-09-01", "P", "T3"),
            returned("2017-09-09", "U4"),
        ],
    ),
    (
        "temporary_placement",
        MOVES,
        [admitted("2017-05-01"), moved("2017-07-01", "P", "U4"), moved("2018-03-20", "P", "T3")],
    ),
    (
        "temporary_and_return",
        MOVES,
        [admitted("2017-05-01", "U4"), moved("2017-09-01", "P", "T3"), returned("2017-09-09", "U4")],
    ),
    (
        "temporary_never",
        MOVES,
        [admitted("2017-05-01", "U4"), moved("2017-09-01", "P", "T3"), moved("2017-09-09", "P", "K2")],
    ),
    (
        "restart_joined",
        MOVES,
        [
            admitted("2017-05-01", "K2"),
            moved("2017-07-01", "P", "U4", placement_id="one"),
            moved("2017-09-01", "P", "U4", placement_id="one"),
        ],
    ),
    (
        "same_day",
        MOVES,
        [
            admitted("2017-05-01"),
            moved("2017-09-01", "P", "U4", sequence=1),
            moved("2017-09-01", "P", "K2", sequence=2),
        ],
    ),
    (
        "legal_status",
        MOVES,
        [admitted("2017-05-01", legal="C1"), moved("2017-07-01", "P", "K2"), legal_status("2017-09-01", "C2")],
    ),
    (
        "re_entry",
        MOVES,
        [
            admitted("2017-04-01"),
            moved("2017-05-01", "P", "K2"),
            discharged("2017-06-01"),
            admitted("2018-01-01"),
        ],
    ),
    (
        "touching",
        "long_term_stable",
        [
            admitted("2014-01-01", placement_id="one"),
            discharged("2017-06-01"),
            admitted("2017-06-01", placement_id="one"),
        ],
    ),
    ("short_break", "looked_after", [admitted("2017-05-01", legal="V4")]),
    ("eighteenth_birthday", "looked_after", [admitted("2015-05-01", dob="2000-03-01")]),
    (
        "two_year_cohort",
        "three_or_more_placements_2y",
        [admitted("2017-02-01"), moved("2017-07-01", "P", "K2"), moved("2017-09-01", "P", "U4")],
    ),
    ("adoption_clock", "long_term_stable", [admitted("2014-01-01", "U4"), moved("2017-09-01", "B", "A6", legal="E1")]),
    ("beginning_not_known", "started_in_year", [admitted("2017-05-01", began_before=True)]),
    ("left_that_day", "looked_after", [admitted("2017-05-01"), discharged("2018-03-31")]),
    ("away_as_missing", "missing_in_year", [admitted("2017-05-01"), missing("2017-06-01", "2017-06-03", kind="A")]),
    (
        "every_row",
        MOVES,
        [
            admitted("2017-05-01", legal="C1"),
            legal_status("2017-09-01", "C2"),
            moved("2017-10-01", "T", "U6", locality="new"),
        ],
    ),
]


def one_child(code: str, said: list[AnyEvent], *, otherwise: bool) -> Reconciled:
    """One child against the list of someone who counts otherwise, or as the definitions do."""
    alone = {"child": facts(*said)}
    counts = bool(reconcile(alone, [], code, ON).ways[0].numerator)
    return reconcile(alone, ["child"] if counts is not otherwise else [], code, ON)


@pytest.mark.parametrize(("way", "code", "said"), DECIDED, ids=[f"{way} {code}" for way, code, _ in DECIDED])
def test_the_rule_that_decides_is_told(way: str, code: str, said: list[AnyEvent]) -> None:
    (difference,) = one_child(code, said, otherwise=True).differences
    assert way in (difference.way, *difference.others)
    if way != "every_row":
        assert difference.way != "every_row"
    assert not one_child(code, said, otherwise=False).differences


def test_every_other_way_of_counting_has_a_case() -> None:
    assert {way for way, _, _ in DECIDED} == {way.code for way in WAYS}


@pytest.mark.parametrize("seed", range(60))
def test_every_way_of_counting_can_read_any_history(seed: int) -> None:
    told = facts(*history(seed))
    for code in (MOVES, "long_term_stable", "missing_in_year"):
        as_defined, *otherwise = reconcile({"child": told}, [], code, ON).ways
        (counts,) = counted(journey(told), code, ON)
        assert (as_defined.numerator, as_defined.denominator) == (counts.numerator, counts.denominator)
        assert all((each.numerator, each.denominator) != (counts.numerator, counts.denominator) for each in otherwise)


def test_a_list_made_of_every_episode_is_told_so_and_each_child_explained() -> None:
    children = {
        "a": facts(admitted("2016-05-01"), moved("2017-07-01", "P", "K2"), moved("2017-09-01", "P", "U4")),
        "b": facts(admitted("2016-05-01"), moved("2017-07-01", "P", "K2"), moved("2017-09-01", "T", "K2")),
        "c": facts(admitted("2016-05-01")),
        "d": facts(admitted("2016-05-01"), moved("2017-07-01", "P", "U4")),
        "e": facts(admitted("2016-05-01"), legal_status("2017-07-01", "C1"), moved("2017-09-01", "T", "U6")),
    }
    said = reconcile(children, ["a", "b", "e", "nobody"], MOVES, ON)
    assert (said.ways[0].numerator, said.ways[0].denominator, said.mine, said.both) == (1, 5, 4, 1)
    (best,) = [each for each in said.ways if each.fits_best]
    assert (best.way, best.numerator, best.denominator, best.differences) == ("every_row", 3, 5, 1)
    told = {each.child: (each.way, [row.became for row in each.rows]) for each in said.differences}
    assert told == {
        "b": ("same_carer", ["same carer"]),
        "e": ("every_row", ["status", "same carer"]),
        "nobody": (None, []),
    }


def test_a_child_that_no_way_explains_is_told_the_condition_that_fails() -> None:
    told = {"a": facts(admitted("2016-05-01"), discharged("2018-01-01")), "b": facts(admitted("2016-05-01"))}
    said = reconcile(told, ["a", "b"], MOVES, ON)
    assert [(each.way, each.rule) for each in said.differences] == [
        (
            None,
            "Not looked after at the end of 31 March 2018: left care (home, planned, E4A) on 1 January 2018, "
            "89 days before.",
        ),
        (None, "One placement in the 12 months from 1 April 2017 to 31 March 2018; three are needed."),
    ]


def test_a_list_that_agrees_fits_best_with_the_definitions() -> None:
    told = {"a": facts(admitted("2016-05-01")), "b": facts(admitted("2017-05-01"))}
    said = reconcile(told, ["b"], "started_in_year", ON)
    assert not said.differences
    assert [each.way for each in said.ways if each.fits_best] == ["as_defined"]


def test_what_happens_is_reconciled_over_the_period_asked_for() -> None:
    told = {"a": facts(admitted("2017-05-01")), "b": facts(admitted("2018-03-05"))}
    said = reconcile(told, ["a"], "admissions", ON, "month")
    assert [(each.child, each.counted) for each in said.differences] == [("a", False), ("b", True)]
    nothing_then = "Nothing of the kind from 1 March 2018 to 31 March 2018. Nearest: 1 May 2017: Came into care."
    assert [each.rule for each in said.differences] == [nothing_then, "5 March 2018: Came into care."]


@pytest.mark.parametrize("seed", range(120))
def test_every_row_as_a_placement_is_what_plain_counting_of_days_with_a_row_gives(seed: int) -> None:
    told = facts(*history(seed))
    counts = reconcile({"child": told}, [], MOVES, ON).ways
    if not counts[0].denominator or any(fact.legal_status in SHORT_BREAKS for fact in told):
        return
    said_on = sorted({fact.on for fact in told if fact.on and fact.kind is not Kind.DISCHARGE})
    overlapping = 0
    for stretch in journey(told).stretches:
        begun = [day for day in said_on if stretch.begins <= day < (stretch.ends or FOREVER)]
        ended = [*begun[1:], stretch.ends or FOREVER]
        overlapping += sum(
            day <= ON.toordinal() and until > date(2017, 4, 1).toordinal()
            for day, until in zip(begun, ended, strict=True)
        )
    every_row = {each.way: each.numerator for each in counts}.get("every_row", counts[0].numerator)
    assert every_row == int(overlapping >= 3)
