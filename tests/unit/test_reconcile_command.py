"""`holdfast reconcile`: an analyst's file against made-up returns, in each of its forms."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from holdfast.cli import application
from tests.unit.test_returns import written

# Of eight children, 1 had three placements; 2 had two and a return from a holiday; the others one.
ROWS = """1,09/04/2016,S,C1,N1,U6,PR1,10/06/2017,X1,CREQB,,B1 1AA,
          1,10/06/2017,P,C1,N1,K2,PR4,10/09/2017,X1,CARPL,,B2 2BB,
          1,10/09/2017,P,C1,N1,U6,PR1,,,,,B3 3BB,
          2,09/04/2016,S,C1,N1,U6,PR1,10/06/2017,X1,,,B1 1AA,
          2,10/06/2017,P,C1,N1,T3,,20/06/2017,X1,,,B9 9AA,
          2,20/06/2017,P,C1,N1,U6,PR1,,,,,B1 1AA,
          3,09/04/2016,S,C1,N1,U6,PR1,,,,,B4 1AA,
          4,09/04/2016,S,C1,N1,U6,PR1,,,,,B4 1AA,
          5,09/04/2016,S,C1,N1,U6,PR1,,,,,B4 1AA,
          6,09/04/2016,S,C1,N1,U6,PR1,,,,,B4 1AA,
          7,09/04/2016,S,C1,N1,U6,PR1,,,,,B4 1AA,
          8,09/04/2016,S,C1,N1,U6,PR1,,,,,B4 1AA,"""
HEADERS = "\n".join(f"{child},1,05/06/2010,WBRI,,," for child in range(1, 9))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one year's return."""
    (tmp_path / "returns").mkdir()
    return written(tmp_path / "returns", episodes=ROWS, header=HEADERS)


def run(folder: Path, listed: str, *arguments: str, indicator: str = "three_or_more_placements") -> Result:
    """The command, in this process, with a list of this content."""
    mine = folder.parent / "mine.csv"
    mine.write_text(listed, encoding="utf-8")
    asked = ["--mine", str(mine), "--indicator", indicator, "--on", "2018-03-31", *arguments]
    return CliRunner().invoke(application("reconcile"), ["reconcile", str(folder), *asked])


def test_a_quarter_against_an_eighth_is_explained_by_the_temporary_placement_and_its_return(folder: Path) -> None:
    told = run(folder, "NAME,CHILD\nx,1\ny,2\n").stdout
    assert "Your list       2 of 8 = 25.0%" in told
    assert "The figure      1 of 8 = 12.5%" in told
    assert "fits best with every temporary placement counted, and every return: 2 of 8 = 25.0%." in told
    assert (
        "2017-episodes.csv row 6 (10 Jun 2017, temporary), 2017-episodes.csv row 7 (20 Jun 2017, return)"
        in " ".join(told.split())
    )


@pytest.mark.parametrize(
    "listed",
    ["1\n2\n", "child\n1\n2\n", "NAME, Child \nx,1\ny,2\nz,2\n,\n", "\ufeffCHILD\n1\n\n2", "CHILD;AGE\n1;3\n2;4"],
)
def test_a_list_is_read_with_or_without_a_line_of_column_names(folder: Path, listed: str) -> None:
    said = json.loads(run(folder, listed, "--format", "json").stdout)
    assert (said["mine"], said["both"]) == (2, 1)


def test_json_names_the_file_and_row_of_what_decides(folder: Path) -> None:
    said = json.loads(run(folder, "CHILD\n2\n99\n", "--format", "json").stdout)
    assert {each["child"]: (each["counted"], each["way"]) for each in said["differences"]} == {
        "1": (True, None),
        "2": (False, "temporary_and_return"),
        "99": (False, None),
    }
    away, back = said["differences"][1]["rows"]
    assert (Path(away["file"]).name, away["row"], back["row"]) == ("2017-episodes.csv", 6, 7)


def test_csv_has_a_line_for_each_child_that_differs(folder: Path) -> None:
    lines = run(folder, "CHILD\n1\n99\n", "--format", "csv").stdout.splitlines()
    assert lines == ["child,in,way,rule,rows", "99,list,,Not in the returns at all.,"]


def test_a_flow_fits_best_with_the_period_that_the_list_is_of(folder: Path) -> None:
    told = run(folder, "CHILD\n1\n", "--period", "month", indicator="placement_moves").stdout
    assert "Your list fits best with as defined, over the financial year to date: 2." in told
    assert "10 September 2017: Moved to fostered (U6), own provision from children's home (K2), private." in " ".join(
        told.split()
    )


def test_what_happened_outside_the_period_is_told_as_such_and_children_are_no_share_of_moves(folder: Path) -> None:
    told = run(folder, "CHILD\n1\n2\n", indicator="placement_moves").stdout
    assert "Your list   2 children" in told
    assert "The figure  2: moves of 1 child" in told
    told = run(folder, "CHILD\n1\n", "--period", "month", indicator="placement_moves").stdout
    assert (
        "Nothing of the kind from 1 March 2018 to 31 March 2018. Nearest: 10 September 2017: Moved to fostered (U6), "
        "own provision from children's home (K2), private." in " ".join(told.split())
    )


@pytest.mark.parametrize(
    ("listed", "sentence"),
    [
        ("", "mine.csv has no rows: write a column CHILD with one child's reference in each."),
        ("a,b\n1,2\n", "mine.csv has several columns and none is named CHILD: name the one with the references so."),
    ],
)
def test_a_list_that_cannot_be_read_is_a_sentence(folder: Path, listed: str, sentence: str) -> None:
    refused = run(folder, listed)
    assert refused.exit_code == 2
    assert refused.stderr.strip() == sentence
