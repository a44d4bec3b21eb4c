"""The forms that a return comes in: folders, zip files and XML, encodings, spellings; and what is no return at all."""

import io
import os
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from holdfast.cli.indicators import figures_on, ledger_of
from holdfast.cli.offline import read_what_there_is
from holdfast.returns import Reading, read_returns
from holdfast.returns import files as files_of_returns
from tests.return_faults import GOOD
from tests.unit.test_returns import EPISODES, written
from tests.xml_returns import xml_of

ROOT = Path(__file__).parents[2]
SAMPLE = Path(os.environ.get("HOLDFAST_SAMPLE_RETURNS") or ROOT.parent / "shared" / "data" / "ssda903-sample")
YEARS = ("2017", "2018", "2019", "2020", "2021")
needs_sample = pytest.mark.skipif(not SAMPLE.is_dir(), reason="the sample return is not beside the checkout")

Wanted = list[tuple[Any, ...]]


def wanted(reading: Reading) -> Wanted:
    """The facts without the rows that they came from."""
    return [(one.subject, one.fact, one.type, one.data, one.untold) for one in reading.facts]


def zipped(folder: Path, file: Path, inside: str = "") -> Path:
    """The files of a folder in a zip file."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as held:
        for each in sorted(folder.iterdir()):
            held.write(each, f"{inside}{each.name}")
    return file


def faults(reading: Reading) -> list[tuple[str, str]]:
    """What was not read, by code and file."""
    return [(fault.code, Path(fault.file).name) for fault in reading.faults if fault.left_out]


def as_zip(folder: Path) -> Path:
    """The sample in a zip file, in a folder inside."""
    return zipped(SAMPLE, folder / "sample.zip", "our returns/")


def as_xml(folder: Path) -> Path:
    """The sample as an XML file a year."""
    for year in YEARS:
        (folder / f"{year}.xml").write_text(xml_of(SAMPLE, year), encoding="utf-8")
    return folder


def as_xml_in_zips(folder: Path) -> Path:
    """The same, each in a zip file of its own."""
    (folder / "made").mkdir()
    as_xml(folder / "made")
    for each in sorted((folder / "made").iterdir()):
        with zipfile.ZipFile(folder / f"{each.stem}.zip", "w") as held:
            held.write(each, each.name)
    return folder


@needs_sample
@pytest.mark.parametrize("form", [as_zip, as_xml, as_xml_in_zips])
def test_the_sample_says_the_same_in_every_form(tmp_path: Path, form: Callable[[Path], Path]) -> None:
    path = form(tmp_path)
    plain, other = (read_what_there_is([each]) for each in (SAMPLE, path))
    assert wanted(other.reading) == wanted(plain.reading)
    assert len(other.reading.facts) == 3608
    days = [date(2018, 3, 31), date(2020, 9, 30), date(2022, 3, 31)]
    figures = [figures_on(ledger_of(each.children.values()), days, breakdowns=True) for each in (plain, other)]
    assert figures[0] == figures[1]
    assert sum(row.numerator for row in figures[0]) > 1000
    same = [
        (year.year_ending, year.episodes, year.headers, year.missing, year.children) for year in plain.reading.years
    ]
    assert [(y.year_ending, y.episodes, y.headers, y.missing, y.children) for y in other.reading.years] == same
    told = [sorted((fault.code, fault.column) for fault in each.reading.faults) for each in (plain, other)]
    assert told[0] == told[1]


@needs_sample
def test_years_may_come_one_by_one_in_any_form(tmp_path: Path) -> None:
    (tmp_path / "2018.xml").write_text(xml_of(SAMPLE, "2018"), encoding="utf-8")
    rest = [file for year in YEARS for file in sorted(SAMPLE.glob(f"{year}-*.csv")) if year != "2018"]
    assert wanted(read_returns([*rest, tmp_path / "2018.xml"])) == wanted(read_returns([SAMPLE]))


def _each(change: Callable[[str], str], encoding: str = "utf-8") -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        for file in folder.iterdir():
            file.write_bytes(change(file.read_text(encoding="utf-8")).encode(encoding))

    return changed


def _reordered(text: str) -> str:
    rows = [line.split(",") for line in text.splitlines()]
    return "".join(",".join(["a note", *reversed(row), "7"]) + "\n" for row in rows)


def _iso(text: str) -> str:
    return re.sub(r"(\d\d)/(\d\d)/(\d{4})", r"\3-\2-\1", text)


def _quoted(text: str) -> str:
    return "".join(",".join(f'"{cell}"' for cell in line.split(",")) + "\n" for line in text.splitlines())


def _noted(text: str) -> str:
    first, *rows = text.splitlines()
    return "\n".join([f"NOTES,{first}", *(f'"said ""so"",\nand more",{row}' for row in rows)])


def _cut(text: str) -> str:
    return "\n".join(line.rstrip(",") for line in text.splitlines())


SPELLINGS: list[tuple[str, Callable[[Path], None]]] = [
    ("with a byte-order mark", _each(str, "utf-8-sig")),
    ("in UTF-16", _each(str, "utf-16")),
    ("in Windows-1252", _each(lambda text: text.replace("WBRI", "Zoë"), "cp1252")),
    ("with dates as ISO writes them", _each(_iso)),
    ("with dates as a spreadsheet's instants", _each(lambda text: re.sub(r"(/\d{4})", r"\1 00:00", text))),
    ("with ISO dates at midnight", _each(lambda text: re.sub(r"(\d{4}-\d\d-\d\d)", r"\1T00:00:00", _iso(text)))),
    ("with its columns the other way round, and two more", _each(_reordered)),
    ("in small letters", _each(str.lower)),
    ("with blanks around every cell", _each(lambda text: text.replace(",", " ,  "))),
    ("with semicolons", _each(lambda text: text.replace(",", ";"))),
    ("with tabs", _each(lambda text: text.replace(",", "\t"))),
    ("with quotation marks", _each(_quoted)),
    ("with notes over several lines", _each(_noted)),
    ("with lines as Windows ends them", _each(lambda text: text.replace("\n", "\r\n"))),
    ("with lines as old Macs end them", _each(lambda text: text.replace("\n", "\r"))),
    ("with a line that says how cells are parted", _each(lambda text: f"sep=;\n{text.replace(',', ';')}")),
    ("with blank lines above and below", _each(lambda text: f"\n,,\n{text}\n\n,,,,\n")),
    ("with sex as a letter", _each(lambda text: text.replace(",1,05", ",M,05").replace(",2,05", ",F,05"))),
    ("with numbers turned into decimals", _each(lambda text: text.replace(",1,05", ",1.0,05"))),
]


@pytest.mark.parametrize("change", [one[1] for one in SPELLINGS], ids=[one[0] for one in SPELLINGS])
def test_a_return_says_the_same_however_it_is_spelt(tmp_path: Path, change: Callable[[Path], None]) -> None:
    folder = written(tmp_path, **GOOD)
    plain = wanted(read_returns([folder]))
    change(folder)
    reading = read_returns([folder])
    assert wanted(reading) == plain
    assert len(plain) == len(reading.facts) == 5
    assert reading.faults == []
    assert {file.encoding for file in reading.files} <= {"utf-8", "utf-8-sig", "utf-16", "cp1252"}


def test_rows_that_lack_their_last_cells_are_read_and_told(tmp_path: Path) -> None:
    folder = written(tmp_path, **GOOD)
    plain = wanted(read_returns([folder]))
    _each(_cut)(folder)
    reading = read_returns([folder])
    assert wanted(reading) == plain
    assert {(fault.code, fault.left_out) for fault in reading.faults} == {("short-row", False)}


def test_that_a_file_was_taken_for_windows_1252_is_told(tmp_path: Path) -> None:
    folder = written(tmp_path, **GOOD)
    (folder / "2017-header.csv").write_bytes("CHILD,SEX,DOB,NAME\n2,1,05/06/2010,Zoë\n".encode("cp1252"))
    encodings = {Path(file.file).name: file.encoding for file in read_returns([folder]).files}
    assert encodings == {"2017-episodes.csv": "utf-8", "2017-header.csv": "cp1252", "2017-missing.csv": "utf-8"}


def test_folders_inside_a_zip_are_folders_and_one_on_disk_is_named_to_be_read(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    written(tmp_path / "a", **GOOD)
    later = {table: rows.replace("2018", "2019").replace("2017", "2018") for table, rows in GOOD.items()}
    (tmp_path / "b").mkdir()
    written(tmp_path / "b", **later)
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as held:
        for inner in ("a", "b"):
            for each in sorted((tmp_path / inner).iterdir()):
                held.write(each, f"{inner}/{each.name.removeprefix('2017-')}")
        held.writestr("__MACOSX/a/._episodes.csv", b"\0")
    reading = read_returns([tmp_path / "both.zip"])
    assert [year.year_ending for year in reading.years] == [date(2018, 3, 31), date(2019, 3, 31)]
    assert (faults(reading), reading.left_out) == ([], [])
    assert wanted(reading) == wanted(read_returns([tmp_path / "a", tmp_path / "b"]))
    assert [one.because for one in read_returns([tmp_path]).left_out] == [
        "a folder inside: name it too, to have it read"
    ] * 2


def _zip_of(**members: bytes | str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as held:
        for name, content in members.items():
            held.writestr(name.replace("__", "."), content)
    return made.getvalue()


def _locked(made: bytes) -> bytes:
    """The same with the mark of a password on its only file, in both of the places where it is."""
    first, second = made.index(b"PK\x03\x04"), made.index(b"PK\x01\x02")
    out = bytearray(made)
    out[first + 6] |= 1
    out[second + 8] |= 1
    return bytes(out)


XML_HEAD = "<EXPSSDA903><CHILD><HEADER><CHILDID>9</CHILDID></HEADER>"
XML_ROW = "<EPISODE><DECOM>01/05/2017</DECOM><RNE>S</RNE><LS>C1</LS><PL>U6</PL></EPISODE>"
XML_TAIL = "</CHILD></EXPSSDA903>"
DOCTYPE = '<!DOCTYPE a [<!ENTITY b "c">]>'
CASES: list[tuple[str, str, bytes | str, list[tuple[str, str]]]] = [
    ("bytes that are no text", "x.csv", b"CHILD,DECOM\n\x00\x01", [("not-text", "x.csv")]),
    ("a picture named as a table", "x.csv", b"\x89PNG\r\n\x1a\n\x00\x00", [("not-text", "x.csv")]),
    ("half of a UTF-16 file", "x.csv", "CHILD".encode("utf-16")[:-1], [("not-text", "x.csv")]),
    ("a line without an end", "x.csv", f"{EPISODES}\n{'1' * 70_000}\n", [("line-too-long", "x.csv")]),
    ("a workbook", "x.xlsx", _zip_of(a="b"), [("workbook", "x.xlsx")]),
    ("nothing", "x.csv", b"", [("empty", "x.csv")]),
    ("a zip cut short", "x.zip", _zip_of(a__csv="b" * 9_000)[:400], [("broken-zip", "x.zip")]),
    ("no zip", "x.zip", b"CHILD,DECOM\n", [("broken-zip", "x.zip")]),
    ("a zip of nothing", "x.zip", _zip_of(), [("empty", "x.zip")]),
    ("a zip with a password", "x.zip", _locked(_zip_of(e__csv=EPISODES)), [("encrypted", "e.csv")]),
    ("a zip inside a zip", "x.zip", _zip_of(y__zip=_zip_of(a="b")), [("zip-in-zip", "y.zip")]),
    (
        "a zip whose file is damaged",
        "x.zip",
        _zip_of(e__csv=EPISODES).replace(b"DECOM", b"DECON"),
        [("unreadable", "e.csv")],
    ),
    ("XML that breaks off", "x.xml", XML_HEAD + XML_ROW, [("broken-xml", "x.xml")]),
    ("XML whose tags don't close", "x.xml", f"{XML_HEAD}<EPISODE></CHILD>", [("broken-xml", "x.xml")]),
    (
        "XML in an encoding that is none",
        "x.xml",
        '<?xml version="1.0" encoding="klingon"?><a/>',
        [("broken-xml", "x.xml")],
    ),
    ("XML with a tag without an end", "x.xml", f"<EXPSSDA903><{'a' * 3_000_000}", [("broken-xml", "x.xml")]),
    ("XML without a bottom", "x.xml", f"<EXPSSDA903><CHILD>{'<a>' * 200}", [("broken-xml", "x.xml")]),
    ("XML with a document type", "x.xml", f"{DOCTYPE}{XML_HEAD}{XML_ROW}{XML_TAIL}", [("doctype", "x.xml")]),
    ("a web page", "x.xml", "<html><body/></html>", [("not-a-return", "x.xml")]),
    ("XML without an episode", "x.xml", XML_HEAD + XML_TAIL, [("empty", "x.xml")]),
]


@pytest.mark.parametrize(("name", "content", "found"), [one[1:] for one in CASES], ids=[one[0] for one in CASES])
def test_what_can_not_be_read_is_named_and_what_lies_beside_it_is_read(
    tmp_path: Path, name: str, content: bytes | str, found: list[tuple[str, str]]
) -> None:
    folder = written(tmp_path, **GOOD)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    reading = read_returns([folder])
    assert faults(reading) == found
    assert len(reading.facts) == 5
    assert all(fault.sentence.endswith(".") and fault.mend.endswith(".") for fault in reading.faults)


def test_a_file_that_breaks_off_gives_no_row_and_no_fault_of_its_rows(tmp_path: Path) -> None:
    bad = XML_ROW.replace("U6", "W1")
    (tmp_path / "x.xml").write_text(f"{XML_HEAD}{XML_ROW}{bad}")
    reading = read_returns([tmp_path])
    assert faults(reading) == [("broken-xml", "x.xml")]
    assert (list(reading.facts), reading.years, reading.files, list(reading.named)) == ([], [], [], [])


def test_a_zip_is_bounded_by_what_it_says_that_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.zip").write_bytes(_zip_of(e__csv=EPISODES, f__csv=EPISODES))
    monkeypatch.setattr(files_of_returns, "MOST_MEMBERS", 1)
    assert faults(read_returns([tmp_path])) == [("zip-too-large", "x.zip")]
    monkeypatch.setattr(files_of_returns, "MOST_MEMBERS", 2)
    monkeypatch.setattr(files_of_returns, "MOST_UNPACKED_BYTES", 2 * len(EPISODES) - 1)
    assert faults(read_returns([tmp_path])) == [("zip-too-large", "x.zip")]


def test_names_in_a_zip_lead_nowhere_and_are_printed_harmlessly(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as held:
        held.writestr("../../outside\x1b[2J.csv", f"{EPISODES}\n9,01/05/2017,S,C1,N1,U6,PR1,,,,,,\n")
        held.writestr("notes.doc", "")
    reading = read_returns([tmp_path])
    assert len(reading.facts) == 1
    assert [file.file for file in reading.files] == [f"{tmp_path}/x.zip/../../outside?[2J.csv"]
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


def test_of_two_files_of_one_name_in_a_zip_the_last_is_read_and_the_first_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as held, pytest.warns(UserWarning, match="Duplicate"):
        held.writestr("e.csv", f"{EPISODES}\n8,01/05/2017,S,C1,N1,U6,PR1,,,,,,\n")
        held.writestr("e.csv", f"{EPISODES}\n9,01/05/2017,S,C1,N1,U6,PR1,,,,,,\n")
    reading = read_returns([tmp_path])
    assert [fact.subject for fact in reading.facts] == ["9"]
    assert [one.because for one in reading.left_out] == ["the zip file has another of this name further on"]


def test_a_row_of_xml_is_named_by_its_line_and_its_place_among_the_children(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text(
        f"{XML_HEAD}\n{XML_ROW}\n</CHILD>\n<CHILD><HEADER><CHILDID>8</CHILDID>\n"
        "<AMISSING><MISSING>M</MISSING><MIS_START>soon</MIS_START></AMISSING></HEADER>\n"
        f"{XML_ROW}\n{XML_ROW.replace('U6', 'W1').replace('01/05', '02/05')}\n{XML_TAIL}"
    )
    reading = read_returns([tmp_path])
    where = [(fault.code, fault.column, fault.where()) for fault in reading.faults if fault.left_out]
    assert where == [
        ("not-a-date", "MIS_START", "line 5 (child 2, AMISSING 1)"),
        ("unknown-code", "PLACE", "line 7 (child 2, EPISODE 2)"),
    ]
    assert [str(fact.origin) for fact in reading.facts] == [
        "line 6 (child 2, EPISODE 1)",
        "line 2 (child 1, EPISODE 1)",
    ]


def test_in_xml_a_child_without_a_reference_costs_its_rows_and_nothing_outside_a_child_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text(
        f"{XML_HEAD}{XML_ROW}</CHILD><CHILD>{XML_ROW}</CHILD><OTHER>{XML_ROW}</OTHER>\n</EXPSSDA903>"
    )
    reading = read_returns([tmp_path])
    assert [(fault.code, fault.column) for fault in reading.faults if fault.left_out] == [("blank", "CHILD")]
    assert [fact.subject for fact in reading.facts] == ["9"]
    assert [(file.table, file.rows) for file in reading.files] == [("header", 1), ("episodes", 2), ("missing", 0)]


def test_xml_in_windows_1252_is_read_with_and_without_saying_so(tmp_path: Path) -> None:
    for name, head in (("a", ""), ("b", '<?xml version="1.0" encoding="windows-1252"?>')):
        (tmp_path / f"{name}.xml").write_bytes(f"{head}{XML_HEAD}<N>Zoë</N>{XML_ROW}{XML_TAIL}".encode("cp1252"))
        assert len(read_returns([tmp_path / f"{name}.xml"]).facts) == 1
