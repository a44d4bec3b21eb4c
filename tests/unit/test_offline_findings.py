"""`holdfast findings`: bad rows never stop a reading, each is named by file and row, and other children's figures stay
as they were.
"""

import csv
import json
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner, Result

from holdfast.cli import application
from holdfast.cli.findings import everything_found
from holdfast.cli.indicators import figures_on, ledger_of
from holdfast.cli.offline import Offline, read_what_there_is
from tests.unit.test_returns import EPISODES, written

# Children 2 and 3, of whom everything adds up. Line 1 of each file has the columns; so these are rows 2 to 4.
GOOD = {
    "episodes": """2,09/04/2017,S,C1,N1,U6,PR1,10/06/2017,X1,CARPL,,B1 1AA,
                   2,10/06/2017,P,C1,N1,K2,PR4,,,,,B2 2BB,
                   3,20/09/2017,S,V2,N2,U6,PR1,28/03/2018,E4A,,,B4 4BB,""",
    "header": "2,1,05/06/2010,WBRI,A1,,\n3,2,05/06/2014,WBRI,A2,,",
    "missing": "2,05/06/2010,M,01/10/2017,03/10/2017",
}
HEADER = "1,1,05/06/2010,WBRI,A3,,"
OPEN = "1,09/05/2017,S,C1,N1,U6,PR1,,,,,B9 9AA,"
DAYS = [date(2017, 6, 30), date(2018, 2, 28), date(2018, 3, 31), date(2019, 3, 31)]

# Code, the file's word, its row.
Named = tuple[str, str, int | None]


class Bad(NamedTuple):
    """Rows of child 1 put below the good ones, and everything that is then found."""

    what: str
    found: list[Named]
    episodes: str = OPEN
    header: str = HEADER
    missing: str = ""


BAD = [
    Bad("a day that its month has not", [("not-a-date", "episodes", 5)], OPEN.replace("09/05/2017", "31/02/2017")),
    Bad("a date of zeros", [("not-a-date", "episodes", 5)], OPEN.replace("09/05/2017", "00/00/0000")),
    Bad("a date the other way round", [("not-a-date", "episodes", 5)], OPEN.replace("09/05/2017", "2017-13-01")),
    Bad("text instead of a date", [("not-a-date", "episodes", 5)], OPEN.replace("09/05/2017", "last spring")),
    Bad("a date long ago", [("date-out-of-range", "episodes", 5)], OPEN.replace("2017", "1917")),
    Bad("a date long ahead", [("date-out-of-range", "episodes", 5)], OPEN.replace("2017", "2971")),
    Bad("an end that is no date", [("not-a-date", "episodes", 5)], "1,09/05/2017,S,C1,N1,U6,PR1,31/04/2018,X1,,,,"),
    Bad(
        "a birth that is no date",
        [("header-row-left-out", "episodes", 5), ("not-a-date", "header", 4)],
        header="1,1,29/02/2011,WBRI,A3,,",
    ),
    Bad("a missing episode that begins on no date", [("not-a-date", "missing", 3)], missing="1,,M,soon,"),
    Bad("a legal status in no list", [("unknown-code", "episodes", 5)], OPEN.replace("C1", "C9")),
    Bad("a placement type in no list", [("unknown-code", "episodes", 5)], OPEN.replace("U6", "W1")),
    Bad("a reason for the episode in no list", [("unknown-code", "episodes", 5)], OPEN.replace(",S,", ",X,")),
    Bad("a reason for ceasing in no list", [("unknown-code", "episodes", 5)], "1,09/05/2017,S,C1,N1,U6,PR1,,E99,,,,"),
    Bad("a kind of missing in no list", [("unknown-code", "missing", 3)], missing="1,,Q,01/06/2017,"),
    Bad(
        "a sex in no list",
        [("header-row-left-out", "episodes", 5), ("unknown-code", "header", 4)],
        header="1,7,05/06/2010,WBRI,A3,,",
    ),
    Bad("no reference", [("blank", "episodes", 5)], OPEN.replace("1,", ",", 1)),
    Bad("too many cells", [("too-many-cells", "episodes", 5)], f"{OPEN},,one more"),
    Bad(
        "a discharge before the admission",
        [("ends-before-it-begins", "episodes", 5)],
        "1,09/05/2017,S,C1,N1,U6,PR1,08/05/2017,E4A,,,,",
    ),
    Bad(
        "a discharge on the day of the admission",
        [("one-day-period", "episodes", 5)],
        "1,09/05/2017,S,C1,N1,U6,PR1,09/05/2017,E4A,,,,",
    ),
    Bad(
        "two periods of care open at once",
        [("left-open", "episodes", 5), ("second-admission", "episodes", 6)],
        f"{OPEN}\n1,09/07/2017,S,C2,N1,K2,PR4,,,,,B8 8AA,",
    ),
    Bad(
        "a period of care that begins before another has ended",
        [("ends-after-next-begins", "episodes", 5), ("second-admission", "episodes", 6)],
        "1,09/05/2017,S,C1,N1,U6,PR1,10/09/2017,E4A,,,B9 9AA,\n1,09/07/2017,S,C2,N1,K2,PR4,,,,,B8 8AA,",
    ),
    Bad(
        "a move after the discharge",
        [("move-outside-care", "episodes", 6)],
        "1,09/05/2017,S,C1,N1,U6,PR1,10/06/2017,E4A,,,B9 9AA,\n1,09/07/2017,P,C1,N1,K2,PR4,,,,,B8 8AA,",
    ),
    Bad(
        "an episode that is said to go on and doesn't",
        [("not-continued", "episodes", 5)],
        "1,09/05/2017,S,C1,N1,U6,PR1,10/06/2017,X1,,,B9 9AA,",
    ),
    Bad(
        "twins with one reference, born on different days",
        [("one-reference-two-children", "header", 4), ("one-reference-two-children", "header", 5)],
        header=f"{HEADER}\n1,1,06/06/2010,WBRI,A3,,",
    ),
    Bad(
        "twins with one reference, a boy and a girl",
        [("one-reference-two-children", "header", 4), ("one-reference-two-children", "header", 5)],
        header=f"{HEADER}\n1,2,05/06/2010,WBRI,A3,,",
    ),
    Bad(
        "twins with one reference, whose pupil numbers differ",
        [("one-reference-two-children", "header", 4), ("one-reference-two-children", "header", 5)],
        header=f"{HEADER}\n1,1,05/06/2010,WBRI,A4,,",
    ),
    Bad(
        "one child twice, the second time without a pupil number",
        [("repeated-row", "header", 4)],
        header=f"{HEADER}\n1,1,05/06/2010,WBRI,UN1,,",
    ),
    Bad(
        "twins with one reference in Episodes too",
        [
            ("repeated-row", "episodes", 5),
            ("one-reference-two-children", "header", 4),
            ("one-reference-two-children", "header", 5),
        ],
        episodes=f"{OPEN}\n{OPEN}",
        header=f"{HEADER}\n1,2,05/06/2010,WBRI,A4,,",
    ),
    Bad("no Header row", [("no-header-row", "episodes", 5)], header=""),
    Bad(
        "a birth after the admission",
        [("born-after", "header", 4)],
        header="1,1,05/06/2018,WBRI,A3,,",
    ),
    Bad(
        "a missing episode of a child without episodes",
        [("no-episode-of-child", "missing", 3)],
        "",
        "",
        "1,,M,01/06/2017,",
    ),
    Bad(
        "two missing episodes at once",
        [("missing-overlap", "missing", 4)],
        missing="1,,M,01/06/2017,09/06/2017\n1,,M,05/06/2017,07/06/2017",
    ),
    Bad(
        "nobody known when care began, and eighteen before the year is over",
        [("beginning-not-known", "episodes", 5), ("open-past-eighteen", "episodes", 5)],
        OPEN.replace(",S,", ",L,"),
        "1,1,05/01/2000,WBRI,A3,,",
    ),
]


def good(folder: Path, bad: Bad | None = None) -> Path:
    """The good return, with bad rows below."""
    added = {"episodes": bad.episodes, "header": bad.header, "missing": bad.missing} if bad else {}
    return written(folder, **{table: f"{rows}\n{added.get(table, '')}" for table, rows in GOOD.items()})


def named(offline: Offline) -> list[Named]:
    """What is found, by code, the table's word and the row."""
    return [(one.code, Path(one.file).stem.partition("-")[2], one.row) for one in everything_found(offline)]


def numbers(*children: Any) -> Counter[tuple[Any, ...]]:
    """Every figure of some children, so that they can be added up."""
    counted: Counter[tuple[Any, ...]] = Counter()
    for row in figures_on(ledger_of(children), DAYS, breakdowns=True):
        name = (row.indicator, row.date, row.period, row.breakdown)
        counted[(*name, "numerator")] += row.numerator
        counted[(*name, "denominator")] += row.denominator or 0
    return counted


def run(*arguments: object) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(application("findings"), ["findings", *map(str, arguments)])


def test_of_a_good_return_nothing_is_found(tmp_path: Path) -> None:
    assert everything_found(read_what_there_is([good(tmp_path)])) == []


@pytest.mark.parametrize("bad", BAD, ids=[bad.what for bad in BAD])
def test_a_bad_row_is_named_by_file_and_row(tmp_path: Path, bad: Bad) -> None:
    found = everything_found(read_what_there_is([good(tmp_path, bad)]))
    assert [(one.code, Path(one.file).stem.partition("-")[2], one.row) for one in found] == bad.found
    assert all(one.sentence.endswith(".") and one.mend.endswith(".") for one in found)


@pytest.mark.parametrize("bad", BAD, ids=[bad.what for bad in BAD])
def test_bad_rows_leave_every_other_child_as_it_was(tmp_path: Path, bad: Bad) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "bad").mkdir()
    before = read_what_there_is([good(tmp_path / "good")]).children
    after = dict(read_what_there_is([good(tmp_path / "bad", bad)]).children)
    theirs = after.pop("1", [])
    assert after == before
    both = numbers(*before.values())
    both.update(numbers(theirs))
    assert numbers(theirs, *after.values()) == both
    assert any(numbers(*before.values()).values())


def test_a_bad_row_does_not_take_the_years_of_other_children_with_it(tmp_path: Path) -> None:
    far = Bad("a year mistyped", [], OPEN.replace("2017", "2025"))
    offline = read_what_there_is([good(tmp_path, far)])
    assert named(offline) == [("alone-in-its-year", "episodes", 5)]
    assert offline.children.keys() == {"1", "2", "3"}


FILES: list[tuple[str, dict[str, str | None], list[Named]]] = [
    ("an empty file", {"2017-missing.csv": ""}, [("empty", "missing", None)]),
    ("column names alone", {"2018-episodes.csv": f"{EPISODES}\n"}, [("empty", "episodes", None)]),
    (
        "no row that can be read",
        {"2018-episodes.csv": f"{EPISODES}\n1,soon,S,C1,N1,U6,PR1,,,,,,\n"},
        [("no-row-read", "episodes", None), ("not-a-date", "episodes", 2)],
    ),
    (
        "a column too few",
        {"2017-missing.csv": "CHILD,MISSING,MIS_START\n2,M,01/10/2017\n"},
        [("lacks-column", "missing", None)],
    ),
    ("a file of another year on its own", {"2019-header.csv": "CHILD,SEX,DOB,ETHNIC\n"}, []),
    (
        "no Header",
        {"2017-header.csv": None},
        [("no-header-file", "episodes", None)],
    ),
    (
        "Episodes alone",
        {"2017-header.csv": None, "2017-missing.csv": None},
        [("no-header-file", "episodes", None)],
    ),
    (
        "Episodes and Missing of different years",
        {
            "2017-missing.csv": None,
            "2018-missing.csv": "CHILD,MISSING,MIS_START,MIS_END\n2,M,01/10/2017,\n",
            "2016-episodes.csv": f"{EPISODES}\n9,01/02/2017,S,C1,N1,U6,PR1,01/03/2017,E4A,,,,\n",
        },
        [
            ("no-episodes", "missing", None),
            ("no-header-file", "episodes", None),
        ],
    ),
]


@pytest.mark.parametrize(("files", "found"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_a_bad_file_is_named_and_the_others_are_read(
    tmp_path: Path, files: dict[str, str | None], found: list[Named]
) -> None:
    good(tmp_path)
    for name, text in files.items():
        (tmp_path / name).unlink(missing_ok=True)
        if text is not None:
            (tmp_path / name).write_text(text)
    offline = read_what_there_is([tmp_path])
    assert sorted(named(offline), key=str) == sorted(found, key=str)
    assert offline.children.keys() >= {"2", "3"}


TWINS = Bad("twins", [], header=f"{HEADER}\n1,2,05/06/2010,WBRI,A4,,")


def test_the_table_says_a_finding_once_with_its_count_and_every_row(tmp_path: Path) -> None:
    folder = good(tmp_path, Bad("many", [], "\n".join(f"{child},soon,S,C1,N1,U6,PR1,,,,,," for child in range(10, 60))))
    result = run(folder)
    assert result.exit_code == 0
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[0].startswith("50 left out (not-a-date): DECOM is not a date. Write dates as dd/mm/yyyy.")
    end = lines.index("")
    assert " ".join(lines[1:end]) == f"{folder / '2017-episodes.csv'} rows {', '.join(map(str, range(5, 55)))}"
    assert lines[-1] == "50 findings in 1 file."


def test_json_and_csv_hold_one_finding_each_with_what_would_mend_it(tmp_path: Path) -> None:
    folder = good(tmp_path, TWINS)
    told = json.loads(run(folder, "--format", "json").stdout)
    header = str(folder / "2017-header.csv")
    assert [(one["file"], one["row"], one["column"], one["code"]) for one in told] == [
        (header, row, "SEX", "one-reference-two-children") for row in (4, 5)
    ]
    assert all(one["sentence"] and one["mend"] and one["date"] is None and not one["left_out"] for one in told)
    lines = list(csv.DictReader(StringIO(run(folder, "--format", "csv").stdout, newline="")))
    assert [{name: str("" if cell is None else cell) for name, cell in one.items()} for one in told] == lines


def test_a_finding_of_a_journey_is_of_the_row_that_tells_it_and_has_its_day(tmp_path: Path) -> None:
    second = Bad("two", [], f"{OPEN}\n1,09/07/2017,S,C2,N1,K2,PR4,,,,,B8 8AA,")
    read, told = json.loads(run(good(tmp_path, second), "--format", "json").stdout)
    assert (read["code"], read["row"], read["date"]) == ("left-open", 5, None)
    assert (told["code"], told["row"], told["date"]) == ("second-admission", 6, "2017-07-09")


def test_what_is_yet_to_come_true_is_found_from_its_day_on(tmp_path: Path) -> None:
    folder = good(tmp_path, Bad("seventeen", [], header="1,1,01/05/2000,WBRI,A3,,"))
    assert "open-past-eighteen" not in run(folder).stdout
    assert "open-past-eighteen" not in run(folder, "--on", "2018-04-30").stdout
    assert "open-past-eighteen" in run(folder, "--on", "2018-05-01").stdout


def test_nothing_that_could_be_read_is_exit_code_2_and_what_is_wrong_is_still_listed(tmp_path: Path) -> None:
    result = run(written(tmp_path, episodes="1,soon,S,C1,N1,U6,PR1,,,,,,"))
    assert result.exit_code == 2
    assert "row 2" in result.stdout and "No row of the file can be read" in result.stdout
    assert "No Episodes file" in result.stderr


def test_no_line_repeats_what_a_cell_holds(tmp_path: Path) -> None:
    folder = good(tmp_path, Bad("personal", [], "778899,Ada King,S,C1,N1,U6,PR1,,,,,,", "778899,1,no,WBRI,A3,,"))
    result = run(folder)
    assert not [text for text in ("778899", "Ada King", "B1 1AA") if text in result.stdout + result.stderr]
