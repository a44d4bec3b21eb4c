"""Which day's values a figure is broken down by, and that cells of a dimension add up to the whole."""

from datetime import date

import pytest

from holdfast.contracts.events import AnyEvent
from holdfast.indicators.breakdowns import BREAKDOWNS, CELLS
from holdfast.indicators.choices import DEFAULTS
from holdfast.indicators.reading import counts
from holdfast.indicators.steps import fold, fold_each
from tests.against_twin import OTHERWISE
from tests.factories import admitted, discharged, facts, legal_status, missing, moved
from tests.histories import history

Told = list[AnyEvent]
WHOLE_DIMENSIONS = ("age_band", "placement_group", "sex", "legal_status", "category_of_need")


def cells(told: Told, indicator: str, on: str, period: str = "on") -> set[str]:
    """The cells in which the child is in the numerator."""
    counted = counts(fold(facts(*told)), date.fromisoformat(on))
    return {
        cell for (code, cell, over), (number, _) in counted.items() if (code, over) == (indicator, period) and number
    }


def test_a_stock_has_the_values_of_its_day() -> None:
    told: Told = [
        admitted("2016-01-01", "U6", legal="C1", dob="2010-05-05", provider="PR1", sex="male", need="N5"),
        moved("2016-03-01", "P", "K2", provider="PR4"),
        legal_status("2016-04-01", "C2"),
    ]
    always = {"all", "sex:male", "category_of_need:n5", "age_band:5_to_9"}
    assert cells(told, "looked_after", "2016-02-29") == always | {
        "placement_group:fostered",
        "provider:in_house",
        "legal_status:interim_care_order",
    }
    assert cells(told, "looked_after", "2016-04-01") == always | {
        "placement_group:residential",
        "provider:commissioned",
        "legal_status:care_order",
    }


def test_a_move_has_the_values_of_the_new_placement_and_of_its_day() -> None:
    told: Told = [
        admitted("2016-01-01", "U6", legal="C1", provider="PR1", dob="2011-03-01", need=None, sex=None),
        moved("2016-03-01", "B", "P1", provider="PR0", legal="C2"),
    ]
    assert cells(told, "placement_moves", "2016-03-31", "month") == {
        "all",
        "age_band:5_to_9",
        "placement_group:with_parents",
        "sex:unknown",
        "legal_status:care_order",
        "category_of_need:unknown",
    }


def test_a_discharge_has_the_values_of_the_last_day_looked_after_and_the_age_of_its_own() -> None:
    told: Told = [
        admitted("2016-01-01", "U6", legal="E1", dob="2011-03-01", sex="female", need="N1"),
        discharged("2016-03-01", "E11"),
    ]
    assert cells(told, "discharges", "2016-03-31", "month") == {
        "all",
        "age_band:5_to_9",
        "placement_group:fostered",
        "sex:female",
        "legal_status:placement_order",
        "category_of_need:n1",
    }


def test_a_missing_episode_counts_only_if_it_began_while_looked_after() -> None:
    told: Told = [
        admitted("2016-03-01", "U6"),
        discharged("2016-04-01"),
        missing("2016-02-29", "2016-03-02"),
        missing("2016-03-20", "2016-03-20"),
        missing("2016-04-01"),
        missing("2016-03-10", "2016-03-12", kind="A"),
    ]
    counted = counts(fold(facts(*told)), date(2016, 4, 30))
    assert counted["missing_episodes", "all", "rolling_year"] == (1, None)
    assert cells(told, "missing_now", "2016-03-01") >= {"all"}
    assert cells(told, "missing_now", "2016-04-01") == set()


def test_the_category_of_need_is_that_of_the_admission_of_the_period() -> None:
    told: Told = [
        admitted("2014-01-01", need="N1"),
        discharged("2015-01-01"),
        admitted("2016-01-01", need="N8"),
        admitted("2016-02-01", "K2", need="N5"),
    ]
    assert "category_of_need:n1" in cells(told, "looked_after", "2014-06-01")
    assert "category_of_need:n8" in cells(told, "looked_after", "2016-06-01")


def test_a_child_without_a_date_of_birth_is_in_the_whole_and_of_unknown_age_and_never_long_term() -> None:
    told: Told = [admitted("2010-01-01", "U4", dob=None)]
    counted = counts(fold(facts(*told)), date(2016, 1, 1))
    assert "age_band:unknown" in cells(told, "looked_after", "2016-01-01")
    assert not any(code == "long_term_stable" for code, _, _ in counted)


def test_during_an_absence_the_values_are_those_of_the_placement_left() -> None:
    told: Told = [admitted("2016-01-01", "U6", provider="PR4"), moved("2016-03-01", "P", "T1")]
    assert {"placement_group:fostered", "provider:commissioned"} <= cells(told, "looked_after", "2016-03-05")


@pytest.mark.parametrize("seed", range(40))
def test_the_cells_of_every_dimension_but_provider_add_up_to_the_whole(seed: int) -> None:
    steps = fold(facts(*history(seed)))
    for on in (date(2016, 3, 31), date(2018, 2, 28), date(2020, 12, 31)):
        counted = counts(steps, on)
        for (code, cell, period), (number, of) in counted.items():
            for dimension in WHOLE_DIMENSIONS if cell == "all" else ():
                within = [
                    counted.get((code, str(each), period), (0, 0)) for each in BREAKDOWNS if each.dimension == dimension
                ]
                assert sum(each for each, _ in within) == number
                assert of is None or sum(each or 0 for _, each in within) == of


def test_children_folded_together_each_have_the_steps_they_have_alone() -> None:
    children = [facts(*history(seed)) for seed in range(150)]
    children.insert(70, [])
    for choices in (DEFAULTS, *OTHERWISE.values()):
        assert list(fold_each(children, choices)) == [fold(child, choices) for child in children]
    assert list(fold_each([])) == []


def test_there_are_the_cells_of_the_definitions_and_the_whole() -> None:
    assert len(CELLS) == 1 + 6 + 6 + 2 + 3 + 5 + 9
