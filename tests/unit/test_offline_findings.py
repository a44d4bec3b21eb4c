"""`holdfast findings`: bad rows never stop a reading, each is named by file and row, and other children's figures stay
as they were.
"""

import csv
import json
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from holdfast.cli import application
from holdfast.cli.findings import everything_found
from holdfast.cli.indicators import figures_on, ledger_of
from holdfast.cli.offline import Offline, read_what_there_is
from holdfast.returns.sentences import FINDINGS, ROW_FAULTS
from tests.return_faults import BAD, EPISODES, GOOD, HEADER, OPEN, Bad, Named
from tests.unit.test_returns import written

DAYS = [date(2017, 6, 30), date(2018, 2, 28), date(2018, 3, 31), date(2019, 3, 31)]


def good(folder: Path, bad: Bad | None = None) -> Path:
    """The good return, with bad rows below."""
    added = {"episodes": bad.episodes, "header": bad.header, "missing": bad.missing} if bad else {}
    return written(folder, **{table: f"{rows}\n{added.get(table, '')}" for table, rows in GOOD.items()})


def named(offline: Offline) -> list[Named]:
    """What is found: code, the table's word, row and column."""
    return [(one.code, Path(one.file).stem.partition("-")[2], one.row, one.column) for one in everything_found(offline)]


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


def test_the_table_has_every_fault_of_a_row_but_those_that_want_more_than_a_row() -> None:
    told = {found[0] for bad in BAD for found in bad.found}
    # A column or a file that the good return has not, a later year, a directory.
    elsewhere = {"not-a-number", "no-header-file", "absent-next-year", "postcode-not-known"}
    assert {*ROW_FAULTS, *FINDINGS} - told == elsewhere
    assert len({bad.what for bad in BAD}) == len(BAD) >= 60


@pytest.mark.parametrize("bad", BAD, ids=[bad.what for bad in BAD])
def test_a_bad_row_is_named_by_file_and_row(tmp_path: Path, bad: Bad) -> None:
    offline = read_what_there_is([good(tmp_path, bad)])
    assert named(offline) == bad.found
    assert all(one.sentence.endswith(".") and one.mend.endswith(".") for one in everything_found(offline))


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
    assert named(offline) == [("alone-in-its-year", "episodes", 5, "DECOM")]
    assert offline.children.keys() == {"1", "2", "3"}


FILES: list[tuple[str, dict[str, str | None], list[Named]]] = [
    ("an empty file", {"2017-missing.csv": ""}, [("empty", "missing", None, None)]),
    ("column names alone", {"2018-episodes.csv": f"{EPISODES}\n"}, [("empty", "episodes", None, None)]),
    (
        "no row that can be read",
        {"2018-episodes.csv": f"{EPISODES}\n1,soon,S,C1,N1,U6,PR1,,,,,,\n"},
        [("no-row-read", "episodes", None, None), ("not-a-date", "episodes", 2, "DECOM")],
    ),
    (
        "a column too few",
        {"2017-missing.csv": "CHILD,MISSING,MIS_START\n2,M,01/10/2017\n"},
        [("lacks-column", "missing", None, "MIS_END")],
    ),
    ("a file of another year on its own", {"2019-header.csv": "CHILD,SEX,DOB,ETHNIC\n"}, []),
    (
        "no Header",
        {"2017-header.csv": None},
        [("no-header-file", "episodes", None, None)],
    ),
    (
        "Episodes alone",
        {"2017-header.csv": None, "2017-missing.csv": None},
        [("no-header-file", "episodes", None, None)],
    ),
    (
        "Episodes and Missing of different years",
        {
            "2017-missing.csv": None,
            "2018-missing.csv": "CHILD,MISSING,MIS_START,MIS_END\n2,M,01/10/2017,\n",
            "2016-episodes.csv": f"{EPISODES}\n9,01/02/2017,S,C1,N1,U6,PR1,01/03/2017,E4A,,,,\n",
        },
        [
            ("no-episodes", "missing", None, None),
            ("no-header-file", "episodes", None, None),
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


def test_findings_are_of_the_readings_chosen(tmp_path: Path) -> None:
    rows = "1,09/04/2015,S,C1,N1,U6,PR1,20/03/2018,E4A,,,B1 1AA,"
    folder = written(tmp_path, episodes=rows, header="1,2,10/03/2000,WBRI,,,")
    assert "(open-past-eighteen)" in run(folder).stdout
    assert "0 findings" in run(folder, "--choose", "eighteen=counted").stdout
    refused = run(folder, "--choose", "eighteen=maybe")
    assert (refused.exit_code, refused.stderr) == (2, "--choose: eighteen is one of cut, counted, not 'maybe'.\n")


def test_care_of_one_day_after_a_discharge_of_that_day_is_told_by_what_it_does_and_how_a_return_mends_it(
    tmp_path: Path,
) -> None:
    """A return can't say that the second discharge was recorded after the admission, so it ends nothing."""
    rows = """1,09/04/2017,S,C1,N1,U6,PR1,10/08/2017,E4A,,,B1 1AA,
              1,10/08/2017,S,C1,N1,K2,PR1,10/08/2017,E4A,,,B2 2AA,"""
    offline = read_what_there_is([written(tmp_path, episodes=rows, header="1,1,05/06/2010,WBRI,,,")])
    (one,) = everything_found(offline)
    assert (one.code, one.row, one.left_out) == ("second-discharge", 3, False)
    assert one.sentence.endswith("it ends nothing, and the child stays looked after.")
    assert one.mend.startswith("Leave out the row of the care that began and ended on that day")
    mended = read_what_there_is([written(tmp_path, episodes=rows.splitlines()[0])])
    assert everything_found(mended) == []
    for read, count in ((offline, 1), (mended, 0)):
        figures = figures_on(ledger_of(read.children.values()), DAYS[:1] + DAYS[2:3])
        assert [one.numerator for one in figures if one.indicator == "looked_after"] == [1, count]


@pytest.mark.parametrize(
    ("before", "code", "looked_after"),
    [
        ("", "one-day-period", 0),
        ("1,09/04/2017,S,C1,N1,U6,PR1,09/08/2017,E4A,,,B1 1AA,", "one-day-period", 0),
        ("1,09/04/2017,S,C1,N1,U6,PR1,10/08/2017,E4A,,,B1 1AA,", "second-discharge", 1),
        ("1,09/04/2017,S,C1,N1,U6,PR1,,,,,B1 1AA,", "one-day-inside-care", 1),
        ("1,09/04/2017,S,C1,N1,U6,PR1,11/08/2017,E4A,,,B1 1AA,", "one-day-inside-care", 0),
    ],
)
def test_what_is_said_of_care_of_one_day_is_what_becomes_of_it(
    tmp_path: Path, before: str, code: str, looked_after: int
) -> None:
    rows = f"{before}\n1,10/08/2017,S,C1,N1,K2,PR1,10/08/2017,E4A,,,B2 2AA,".strip()
    offline = read_what_there_is([written(tmp_path, episodes=rows, header="1,1,05/06/2010,WBRI,,,")])
    of_one_day = {"one-day-period", "second-discharge", "one-day-inside-care"}
    assert {one.code for one in everything_found(offline)} & of_one_day == {code}
    figures = figures_on(ledger_of(offline.children.values()), DAYS[2:3])
    assert [one.numerator for one in figures if one.indicator == "looked_after"] == [looked_after]


def test_a_code_outside_its_years_is_named(tmp_path: Path) -> None:
    offline = read_what_there_is([written(tmp_path, episodes="1,09/05/2017,S,D1,N1,K3,PR1,,,,,,")])
    named = [one.sentence for one in everything_found(offline) if one.code == "code-outside-its-years"]
    assert [sentence.partition(",")[0] for sentence in named] == ["LS holds D1", "PLACE holds K3"]


def test_nothing_that_could_be_read_is_exit_code_2_and_what_is_wrong_is_still_listed(tmp_path: Path) -> None:
    result = run(written(tmp_path, episodes="1,soon,S,C1,N1,U6,PR1,,,,,,"))
    assert result.exit_code == 2
    assert "row 2" in result.stdout and "No row of the file can be read" in result.stdout
    assert "No Episodes file" in result.stderr


def test_no_line_repeats_what_a_cell_holds(tmp_path: Path) -> None:
    folder = good(tmp_path, Bad("personal", [], "778899,Ada King,S,C1,N1,U6,PR1,,,,,,", "778899,1,no,WBRI,A3,,"))
    result = run(folder)
    assert not [text for text in ("778899", "Ada King", "B1 1AA") if text in result.stdout + result.stderr]
