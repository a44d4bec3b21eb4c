"""`holdfast import --check`: all but the sending, what it shows, how it ends; its file of faults; years, progress."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from docs.import_progress import PICTURE, drawn
from holdfast.cli import application, import_
from holdfast.cli.progress import progress
from holdfast.cli.returns_asked import How, read_as_asked
from holdfast.returns import Progress, loading, read_returns
from tests.return_faults import GOOD
from tests.unit.test_returns import EPISODES, written

# Every kind of thing that could give a child away.
PERSONAL = ("778899", "Ada King", "S1 2AA", "S12AA", "05/06/2010")
BAD_ROWS = "778899,Ada King,S,C1,N1,U6,PR1,,,,,S1 2AA,\n778899,09/04/2017,S,W9,N1,U6,PR1,,,,,S1 2AA,"


def check(*arguments: object) -> Result:
    """The command with --check, in this process; there is no door and no token."""
    given = ["import", *map(str, arguments), "--authority", "E08000016", "--check"]
    return CliRunner().invoke(application("import"), given)


@pytest.fixture(autouse=True)
def no_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither token nor door may be asked for."""

    def refused(*_: Any, **__: Any) -> None:
        raise AssertionError("a check went further than reading")

    monkeypatch.delenv("HOLDFAST_TOKEN", raising=False)
    monkeypatch.setattr(import_, "find_token", refused)
    monkeypatch.setattr(import_, "send_reading", refused)


def test_a_good_return_ends_with_0_and_says_what_was_recognised(tmp_path: Path) -> None:
    result = check(written(tmp_path, **GOOD))
    assert result.exit_code == 0
    assert "31/03/2018" in result.output
    assert "0 files and 0 rows left out, 0 findings on what was read. 5 facts of 2 children." in result.output
    assert "Only checked, nothing was sent. All of it can be sent, and nothing in it is odd." in result.output


def test_what_is_left_out_ends_with_1_and_is_counted_apart_from_what_was_read(tmp_path: Path) -> None:
    folder = written(tmp_path, **{**GOOD, "episodes": f"{GOOD['episodes']}\n{BAD_ROWS}"})
    (folder / "x.xml").write_text("<EXPSSDA903>")
    result = check(folder)
    assert result.exit_code == 1
    assert "1 file and 2 rows left out, 0 findings on what was read. 5 facts of 2 children." in result.output
    assert "1 left out (not-a-date): DECOM is not a date. Write dates as dd/mm/yyyy." in result.output
    assert "1 left out (unknown-code): LS holds a code that is in no list." in result.output
    assert "Put right what was left out and check again" in result.output
    (recognised,) = (line.split() for line in result.output.splitlines() if line.strip().startswith("31/03/2018"))
    # Children, episodes, Header, Missing, and the rows left out.
    assert recognised[-5:] == ["2", "3", "2", "1", "2"]


def test_findings_alone_end_with_0(tmp_path: Path) -> None:
    result = check(written(tmp_path, episodes=GOOD["episodes"]))
    assert result.exit_code == 0
    assert "1 read, but odd (no-header-file)" in result.output
    assert "the findings are worth a look first" in result.output


def test_nothing_to_send_ends_with_2(tmp_path: Path) -> None:
    assert check(written(tmp_path, header=GOOD["header"])).exit_code == 2
    assert check(written(tmp_path, episodes=BAD_ROWS)).exit_code == 2


def test_nothing_personal_is_shown_or_written(tmp_path: Path) -> None:
    folder = written(tmp_path, episodes=f"{BAD_ROWS}\n{GOOD['episodes']}", header="778899,7,05/06/2010,Ada King,,,")
    result = check(folder, "--faults-csv", tmp_path / "faults.csv")
    told = result.output + (tmp_path / "faults.csv").read_text()
    assert "2017-episodes.csv row 2" in result.output
    assert not [text for text in PERSONAL if text in told]


def test_a_fault_that_is_repeated_is_said_once_with_its_count_and_its_first_rows(tmp_path: Path) -> None:
    rows = "\n".join(f"{number},soon,S,C1,N1,U6,PR1,,,,,," for number in range(100, 150))
    result = check(written(tmp_path, episodes=f"{rows}\n{GOOD['episodes']}"))
    assert result.output.count("DECOM is not a date.") == 1
    assert "50 left out (not-a-date)" in result.output
    assert "and 30 more" in result.output


def test_all_faults_are_written_for_a_spreadsheet_that_runs_none_of_them(tmp_path: Path) -> None:
    folder = tmp_path / "returns"
    folder.mkdir()
    (folder / "=cmd.csv").write_text(f"{EPISODES}\n1,soon,S,C1,N1,U6,PR1,,,,,,\n2,09/04/2017,S,C1,N1,U6,PR1,,,,,,\n")
    file = tmp_path / "faults.csv"
    result = check(folder / "=cmd.csv", "--faults-csv", file)
    assert f"2 faults and findings written to {file}." in result.output
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert list(rows[0]) == ["file", "row", "column", "code", "sentence", "mend", "left_out", "place"]
    assert [(row["row"], row["column"], row["code"], row["left_out"]) for row in rows] == [
        ("", "", "no-header-file", "False"),
        ("2", "DECOM", "not-a-date", "True"),
    ]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_a_file_of_faults_that_can_not_be_written_is_one_sentence(tmp_path: Path) -> None:
    result = check(written(tmp_path, **GOOD), "--faults-csv", tmp_path / "none" / "faults.csv")
    assert result.exit_code == 2
    assert "can't be written: No such file or directory." in result.output


def test_the_year_of_the_only_return_may_be_said(tmp_path: Path) -> None:
    folder = written(tmp_path, episodes="1,09/04/2015,S,C1,N1,U6,PR1,,,,,,", header="1,1,05/06/2010,,,,")
    assert "31/03/2016" in check(folder).output
    for said in ("2018", "2018-03-31", "31/03/2018"):
        assert "31/03/2018" in check(folder, "--year-ending", said).output


@pytest.mark.parametrize("said", ["last", "2018-04-01", "18", "1066"])
def test_a_year_that_is_none_is_refused(tmp_path: Path, said: str) -> None:
    result = check(written(tmp_path, **GOOD), "--year-ending", said)
    assert (result.exit_code, "is not the year of a return" in result.output) == (2, True)


def test_one_year_for_several_returns_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path, episodes_2017=GOOD["episodes"], episodes_2018=GOOD["episodes"])
    result = check(folder, "--year-ending", "2018")
    assert result.exit_code == 2
    assert "There are 2 Episodes files" in result.output


def _many(folder: Path) -> Path:
    rows = "\n".join(f"{number},09/04/2017,S,C1,N1,U6,PR1,,,,,," for number in range(30))
    return written(folder, episodes=rows)


def test_how_far_it_is_is_shown_on_a_terminal_and_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_ROWS_TOLD", 10)
    folder = _many(tmp_path)
    shown: dict[bool, str] = {}
    for terminal in (True, False):
        out = Console(file=io.StringIO(), force_terminal=terminal, width=120)
        read_as_asked([folder], How(), out)
        assert isinstance(out.file, io.StringIO)
        shown[terminal] = out.file.getvalue()
    assert "30 rows" in shown[True] and "a second" in shown[True] and "100%" in shown[True]
    assert shown[False] == ""


def test_a_reading_tells_how_many_bytes_and_children_are_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_ROWS_TOLD", 10)
    told: list[Progress] = []
    read_returns([_many(tmp_path)], told=told.append)
    size = (tmp_path / "2017-episodes.csv").stat().st_size
    assert [(one.rows, one.total) for one in told if one.doing == "Reading"] == [(10, size), (20, size), (30, size)]
    assert all(0 < one.done <= size for one in told if one.doing == "Reading")
    assert [(one.done, one.total) for one in told if one.doing != "Reading"] == [(0, 30)]


def test_a_bar_is_gone_once_the_reading_is_over() -> None:
    out = Console(file=io.StringIO(), force_terminal=True, width=120)
    with progress(out) as told:
        assert told is not None
        told(Progress("Reading", 50, 100, 5_000))
    assert isinstance(out.file, io.StringIO)
    assert out.file.getvalue().endswith("\x1b[2K")


def test_the_picture_in_the_docs_shows_what_the_command_shows() -> None:
    """But for how fast it was, which is another on every machine."""
    now, kept = drawn(6_000), PICTURE.read_text()
    for text in (now, kept):
        ET.fromstring(text)
        said = text.replace("&#160;", " ")
        assert re.search(r"[\d,]+ rows, [\d,]+ a second", said)
        assert all(
            part in said for part in ("Reading", "Laying years over one another", "Year ending", "Rows left out")
        )
        assert "Only checked, nothing was sent." in said
