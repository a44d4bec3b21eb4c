"""`holdfast indicators`: which days, the three forms an answer is written in, and what is said beside it."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from holdfast.cli import application
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.parts import FIGURES
from tests.unit.test_returns import EPISODES, written

# Child 1 came in and moved twice in a year, and went missing; child 2 left in the year it came; child 3 turns eighteen.
ROWS = """1,09/04/2017,S,C1,N1,U6,PR1,10/06/2017,X1,CREQB,,B1 1AA,
          1,10/06/2017,P,C1,N1,K2,PR4,10/09/2017,X1,CARPL,,B2 2BB,
          1,10/09/2017,P,C1,N1,U6,PR1,,,,,B3 3BB,
          2,20/03/2018,S,V2,N2,U6,PR1,28/03/2018,E4A,,,B4 4BB,
          3,01/05/2017,S,C2,N3,U6,PR1,,,,,B5 5BB,"""
HEADERS = "1,1,05/06/2010,WBRI,,,\n2,2,05/06/2014,WBRI,,,\n3,2,31/03/2000,WBRI,,,"
MISSING = "1,05/06/2010,M,01/03/2018,\n"

Said = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one year's return."""
    return written(tmp_path, episodes=ROWS, header=HEADERS, missing=MISSING)


def run(*arguments: object) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(application("indicators"), ["indicators", *map(str, arguments)])


def said(*arguments: object) -> list[Said]:
    """Its JSON."""
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.stderr
    return list(json.loads(result.stdout))


def figure(figures: list[Said], indicator: str, **like: Any) -> Said:
    """The one figure that is so."""
    wanted = {"indicator": indicator, "breakdown": None, **like}
    (found,) = [one for one in figures if wanted.items() <= one.items()]
    return found


def test_a_figure_is_one_object_in_the_form_that_is_promised(folder: Path) -> None:
    figures = said(folder, "--on", "2018-03-30")
    assert figure(figures, "three_or_more_placements") == {
        "indicator": "three_or_more_placements",
        "date": "2018-03-30",
        "numerator": 1,
        "denominator": 2,
        "breakdown": None,
    }


def test_a_period_is_given_for_flows_alone(folder: Path) -> None:
    for one in said(folder, "--on", "2018-03-30"):
        assert ("period" in one) == (INDICATORS[one["indicator"]].kind == "flow"), one


def test_flows_are_read_over_the_month_the_year_to_date_and_the_rolling_year(folder: Path) -> None:
    figures = said(folder, "--on", "2018-04-02")
    found = {one["period"]: one["numerator"] for one in figures if one["indicator"] == "admissions"}
    assert found == {"month": 0, "year_to_date": 0, "rolling_year": 3}
    assert figure(figures, "admissions", period="month")["denominator"] is None


def test_the_rate_is_there_with_the_residents_alone(folder: Path) -> None:
    assert "looked_after_rate" not in {one["indicator"] for one in said(folder, "--on", "2018-03-30")}
    rate = figure(said(folder, "--on", "2018-03-30", "--residents", 500), "looked_after_rate")
    assert rate == {
        "indicator": "looked_after_rate",
        "date": "2018-03-30",
        "numerator": 2,
        "denominator": 500,
        "breakdown": None,
    }


def test_with_breakdowns_every_cell_is_given_zeros_too(folder: Path) -> None:
    figures = said(folder, "--on", "2018-03-30", "--breakdowns", "--residents", 500)
    cells = {
        (one["indicator"], "all" if one["breakdown"] is None else ":".join(one["breakdown"].values()))
        for one in figures
    }
    assert cells == set(FIGURES)
    in_band = figure(figures, "looked_after", breakdown={"dimension": "age_band", "value": "5_to_9"})
    assert in_band["numerator"] == 1
    nobody = figure(figures, "looked_after", breakdown={"dimension": "age_band", "value": "under_1"})
    assert nobody["numerator"] == 0


def test_a_figure_whose_distances_are_unknown_says_how_many(folder: Path) -> None:
    distant = figure(said(folder, "--on", "2018-03-30"), "distant")
    assert (distant["numerator"], distant["denominator"], distant["unknown"]) == (0, 2, 2)


def test_days_and_month_ends_are_read_together_each_once_in_order(folder: Path) -> None:
    figures = said(folder, "--on", "2018-03-31, 2017-12-25,", "--month-ends", "2018-02..2018-03")
    assert list(dict.fromkeys(one["date"] for one in figures)) == ["2017-12-25", "2018-02-28", "2018-03-31"]


@pytest.mark.parametrize(
    ("span", "first", "last", "count"),
    [
        ("2017-04..2018-03", "2017-04-30", "2018-03-31", 12),
        ("2017-04-30..2018-03-30", "2017-04-30", "2018-02-28", 11),
        ("2017-05-01..2018-03", "2017-05-31", "2018-03-31", 11),
        ("2018-02..2018-02", "2018-02-28", "2018-02-28", 1),
        ("2018-03-31 .. 2018-03-31", "2018-03-31", "2018-03-31", 1),
        ("2018-03-31..2018-03", "2018-03-31", "2018-03-31", 1),
        ("2017-12..2199-12", "2017-12-31", "2199-12-31", 2185),
    ],
)
def test_month_ends_are_asked_for_by_months_or_by_days(
    folder: Path, span: str, first: str, last: str, count: int
) -> None:
    days = list(dict.fromkeys(one["date"] for one in said(folder, "--month-ends", span)))
    assert (days[0], days[-1], len(days)) == (first, last, count)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Say which days"),
        (["--on", "31/03/2018"], "is not a day"),
        (["--on", "2018-02-30"], "is not a day"),
        (["--on", "0001-01-01"], "from 1980 to 2199"),
        (["--month-ends", "2018-03"], "two months or two days"),
        (["--month-ends", "..2018-03"], "two months or two days"),
        (
            ["--month-ends", "2018-03..2018-02"],
            "--month-ends: 2018-03 comes after 2018-02: write the earlier one first.",
        ),
        (["--month-ends", "2018-03-02..2018-03-01"], "2018-03-02 comes after 2018-03-01"),
        (["--month-ends", "2018-03-02..2018-03-30"], "no month ends from 2018-03-02 to 2018-03-30. For other days"),
        (["--month-ends", "2018-13..2019-01"], "'2018-13' is neither a month nor a day: write it as 2018-03 or"),
        (["--month-ends", "2018-12..2019-1"], "'2019-1' is neither a month nor a day"),
        (["--month-ends", "1979-12..2018-03"], "from 1980 to 2199, not in 1979-12."),
        (["--on", ","], "Say which days"),
        (["--on", "2018-03-31", "--choose", "eighteen=maybe"], "eighteen is one of cut, counted"),
        (["--on", "2018-03-31", "--choose", "colour=red"], "There is no choice"),
    ],
)
def test_what_can_not_be_asked_is_one_sentence_and_exit_code_2(
    folder: Path, arguments: list[str], sentence: str
) -> None:
    result = run(folder, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_another_choice_gives_other_figures_and_is_said(folder: Path) -> None:
    after_her_birthday = ["--on", "2018-03-31"]
    assert figure(said(folder, *after_her_birthday), "looked_after")["numerator"] == 1
    counted = run(folder, *after_her_birthday, "--choose", "eighteen=counted", "--format", "json")
    assert figure(json.loads(counted.stdout), "looked_after")["numerator"] == 2
    assert "eighteen.counted" in counted.stderr


def test_csv_holds_what_json_holds_a_figure_a_line(folder: Path) -> None:
    asked = (folder, "--month-ends", "2018-01..2018-03", "--breakdowns", "--residents", 500)
    lines = list(csv.DictReader(StringIO(run(*asked, "--format", "csv").stdout, newline="")))
    flat = [
        {
            "indicator": one["indicator"],
            "date": one["date"],
            "period": one.get("period", ""),
            "numerator": str(one["numerator"]),
            "denominator": "" if one["denominator"] is None else str(one["denominator"]),
            "dimension": one["breakdown"]["dimension"] if one["breakdown"] else "",
            "value": one["breakdown"]["value"] if one["breakdown"] else "",
            "unknown": str(one.get("unknown", "")),
        }
        for one in said(*asked)
    ]
    assert lines == flat
    assert len(lines) > 3 * len(FIGURES)


def cells(text: str, title: str) -> list[list[str]]:
    """The lines of a table that begin with a title, as cells."""
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in text.splitlines() if title in line]


def test_the_table_shows_the_value_what_it_is_made_of_and_which_way_it_went(folder: Path) -> None:
    table = run(folder, "--on", "2017-09-30", "--residents", 500).stdout
    assert cells(table, "Three or more placements in twelve") == [
        ["Three or more placements in twelve months", "50.0%", "1 of 2", "up, worse"]
    ]
    assert cells(table, "Children looked after,") == [
        ["Children looked after, rate per 10,000", "40.0", "2 of 500", "same"]
    ]
    assert cells(table, "Placement moves")[0] == ["Placement moves", "month", "1", "up, worse"]
    assert cells(table, "Looked after long term")[0][1:] == ["no value", "0 of 0"]


def test_the_table_withholds_a_share_of_which_too_much_is_unknown(folder: Path) -> None:
    table = run(folder, "--on", "2017-09-30").stdout
    assert cells(table, "More than 20 miles") == [["More than 20 miles from home", "x", "0 of 2, 2 not known"]]
    assert table.splitlines()[-1].startswith("x: ")


def test_the_table_shows_a_share_of_which_little_is_unknown(tmp_path: Path) -> None:
    near = [f"{child},09/04/2017,S,C1,N1,U6,PR1,,,,,,,{miles}" for child, miles in enumerate(["999.9"] + ["3.5"] * 19)]
    (tmp_path / "episodes.csv").write_text("\n".join([f"{EPISODES},PL_DISTANCE", *near]) + "\n")
    table = run(tmp_path, "--on", "2017-09-30").stdout
    assert cells(table, "More than 20 miles") == [
        ["More than 20 miles from home", "0.0%", "0 of 20, 1 not known", "same"]
    ]
    assert not table.splitlines()[-1].startswith("x: ")


def test_which_year_was_read_from_which_files_is_said_beside_the_answer(folder: Path) -> None:
    result = run(folder, "--on", "2018-03-30", "--format", "json")
    assert "Year ending 31/03/2018 (latest DECOM 20/03/2018): 2017-episodes.csv, 2017-header.csv" in result.stderr
    json.loads(result.stdout)


def test_days_outside_the_years_that_were_read_are_said_to_be_so(folder: Path) -> None:
    assert "outside" not in run(folder, "--on", "2017-04-01,2018-03-31").stderr
    assert "2 of the days asked for lie outside" in run(folder, "--on", "2017-03-31,2018-03-31,2018-04-01").stderr


def test_files_without_an_episode_that_can_be_read_are_no_answer(tmp_path: Path) -> None:
    result = run(written(tmp_path, header=HEADERS), "--on", "2018-03-31", "--format", "json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No Episodes file" in result.stderr


def test_years_are_laid_over_one_another_across_folders(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    written(first, episodes="1,09/04/2017,S,C1,N1,U6,PR1,,,,,,", header="1,1,05/06/2010,WBRI,,,")
    written(
        second,
        episodes_2018="1,09/04/2017,S,C1,N1,U6,PR1,10/05/2018,E4A,,,,\n2,10/05/2018,S,C1,N1,U6,PR1,,,,,,",
        header_2018="1,1,05/06/2010,WBRI,,,\n2,1,05/06/2010,WBRI,,,",
    )
    open_still = figure(said(first, "--on", "2018-05-31"), "looked_after")
    both = said(second, first, "--on", "2018-05-31")
    assert open_still["numerator"] == 1
    assert figure(both, "looked_after")["numerator"] == 1
    assert figure(both, "discharges", period="month")["numerator"] == 1
