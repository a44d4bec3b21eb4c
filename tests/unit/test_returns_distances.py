"""Distances from home and inside or outside, found at home by a directory of postcodes, which is made up here."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from holdfast.cli import application
from holdfast.returns import Directory, NoDirectory, Reading, read_returns
from holdfast.returns.sending import chunks
from tests.unit.test_returns import codes, written

BARNSLEY, LANCASHIRE = "E08000016", "E10000017"
OLD = "pcd,pcd2,pcds,dointr,doterm,oscty,ced,oslaua,osward,parish,usertype,oseast1m,osnrth1m,osgrdind,ctry"
NEW = "pcd7,pcd8,pcds,dointr,doterm,cty25cd,ced25cd,lad25cd,wd25cd,parncp25cd,usrtypind,east1m,north1m,gridind,ctry25cd"

# Postcode, district or unitary authority, county, metres east and north; home is S70 1AA.
PLACES = [
    ("S70 1AA", BARNSLEY, "E99999999", 400_000, 400_000),
    # 50 km away are 31.07 miles.
    ("LS1  1AA", "E08000035", "E99999999", 430_000, 440_000),
    ("S71 1AA", BARNSLEY, "E99999999", 400_100, 400_000),
    # 20.04 miles, which is 20.0.
    ("S75 1AA", BARNSLEY, "E99999999", 432_250, 400_000),
    ("LA1 1AA", "E07000121", LANCASHIRE, 400_000, 416_093),
    ("CF1 1AA", "W06000015", "W99999999", 400_000, 240_000),
    ("EH1 1AA", "S12000036", "S99999999", 400_000, 640_000),
    ("BT1 1AA", "N09000003", "N99999999", 333_000, 374_000),
    ("JE1 1AA", "L99999999", "L99999999", None, None),
]


def directory(folder: Path, names: str = OLD, quote: str = "") -> Path:
    """The directory as a CSV file."""
    lines = [names]
    for code, district, county, east, north in PLACES:
        metres = ["" if each is None else f"{each:07}" for each in (east, north)]
        cells = [code, code, code, "198001", "", county, "", district, "", "", "0", *metres, "1", "E92000001"]
        lines.append(",".join(f"{quote}{cell}{quote}" for cell in cells))
    (folder / "onspd").mkdir(exist_ok=True)
    file = folder / "onspd" / "directory.csv"
    file.write_text("\n".join([*lines, ""]))
    return file


def episode(placed: str, home: str = "S70 1AA", status: str = "C1") -> str:
    """A row of child 1."""
    return f"1,09/04/2017,S,{status},N1,U6,PR4,,,,{home},{placed},"


def read(folder: Path, rows: str, authority: str = BARNSLEY, **tables: str) -> Reading:
    """A return read with the directory."""
    (folder / "return").mkdir(exist_ok=True)
    known = {"header": "1,1,05/06/2010,WBRI,,,", **tables}
    paths = [written(folder / "return", episodes=rows, **known)]
    return read_returns(paths, postcodes=Directory(directory(folder), authority))


def said(reading: Reading) -> tuple[Any, Any]:
    """Miles, and whether inside, of the only placement; None where nothing is said."""
    (fact,) = reading.facts
    return fact.data["placement"].get("distance_miles"), fact.data["placement"].get("in_authority")


@pytest.mark.parametrize(
    ("placed", "home", "miles", "inside"),
    [
        ("LS1 1AA", "S70 1AA", 31.1, False),
        ("ls11aa", "s701aa", 31.1, False),
        ("S71 1AA", "S70 1AA", 0.1, True),
        ("S75 1AA", "S70 1AA", 20.0, True),
        ("S70 1AA", "S70 1AA", 0.0, True),
        ("LA1 1AA", "S70 1AA", 10.0, False),
        ("CF1 1AA", "S70 1AA", 99.4, False),
        ("EH1 1AA", "S70 1AA", 149.1, False),
        # Another grid; and no grid.
        ("BT1 1AA", "S70 1AA", None, False),
        ("JE1 1AA", "S70 1AA", None, False),
        # Home is not in England, not known, or no postcode.
        ("S70 1AA", "CF1 1AA", None, True),
        ("S70 1AA", "", None, True),
        ("S70 1AA", "not told", None, True),
        ("", "S70 1AA", None, None),
    ],
)
def test_a_distance_is_that_of_the_two_postcodes(
    tmp_path: Path, placed: str, home: str, miles: float | None, inside: bool | None
) -> None:
    reading = read(tmp_path, episode(placed, home))
    assert said(reading) == (miles, inside)
    assert not [fault for fault in reading.faults if fault.left_out]


@pytest.mark.parametrize(
    ("placed", "home", "miles", "inside", "column"),
    [
        ("ZZ9 9ZZ", "S70 1AA", None, None, "PL_POST"),
        ("S70 1AA", "ZZ9 9ZZ", None, True, "HOME_POST"),
    ],
)
def test_a_postcode_that_the_directory_has_not_is_told(
    tmp_path: Path, placed: str, home: str, miles: None, inside: bool | None, column: str
) -> None:
    reading = read(tmp_path, episode(placed, home))
    assert said(reading) == (miles, inside)
    assert codes(reading) == [("postcode-not-known", 2, column, False)]


def test_a_district_lies_in_the_area_of_its_county(tmp_path: Path) -> None:
    assert said(read(tmp_path, episode("LA1 1AA"), LANCASHIRE)) == (10.0, True)
    assert said(read(tmp_path, episode("S71 1AA"), LANCASHIRE)) == (0.1, False)


@pytest.mark.parametrize("status", ["V3", "V4"])
def test_of_short_breaks_no_distance_is_asked(tmp_path: Path, status: str) -> None:
    reading = read(tmp_path, episode("ZZ9 9ZZ", status=status))
    assert said(reading) == (None, None)
    assert codes(reading) == []


def test_nor_of_children_who_came_seeking_asylum_alone(tmp_path: Path) -> None:
    (tmp_path / "return").mkdir()
    (tmp_path / "return" / "2017-uasc.csv").write_text("CHILD,SEX,DOB,DUC\n1,1,05/06/2010,\n")
    assert said(read(tmp_path, episode("LS1 1AA"))) == (None, None)
    (tmp_path / "return" / "2017-uasc.csv").write_text("CHILD,SEX,DOB,DUC\n2,1,05/06/2010,\n")
    assert said(read(tmp_path, episode("LS1 1AA"))) == (31.1, False)


@pytest.mark.parametrize(("flag", "miles"), [("1", None), ("0", 31.1), ("", 31.1)])
def test_the_header_may_say_so_too(tmp_path: Path, flag: str, miles: float | None) -> None:
    (tmp_path / "return").mkdir()
    (tmp_path / "return" / "more-header.csv").write_text(f"CHILD,SEX,DOB,ETHNIC,UASC\n1,1,05/06/2010,WBRI,{flag}\n")
    reading = read_returns(
        [written(tmp_path / "return", episodes=episode("LS1 1AA"))], postcodes=Directory(directory(tmp_path), BARNSLEY)
    )
    assert said(reading)[0] == miles


def test_what_the_return_says_itself_stands(tmp_path: Path) -> None:
    (tmp_path / "return").mkdir()
    (tmp_path / "return" / "episodes.csv").write_text(
        "CHILD,DECOM,RNE,LS,PLACE,DEC,REC,HOME_POST,PL_POST,PL_DISTANCE,PL_LOCATION\n"
        "1,09/04/2017,S,C1,U6,,,S70 1AA,LS1 1AA,12.5,\n"
    )
    postcodes = Directory(directory(tmp_path), BARNSLEY)
    assert said(read_returns([tmp_path / "return"], postcodes=postcodes)) == (12.5, False)


def test_distances_found_here_are_stated_and_without_a_directory_stay_as_they_were(tmp_path: Path) -> None:
    fields = {"placement/distance_miles", "placement/in_authority"}
    for reading, silent in (
        (read(tmp_path, episode("LS1 1AA")), set()),
        (read_returns([tmp_path / "return"]), fields),
    ):
        (chunk,) = chunks(reading)
        child, _ = (msgspec.json.decode(line) for line in chunk.body.splitlines())
        assert fields & set(child["silent"][0]["fields"]) == silent


@pytest.mark.parametrize(("names", "quote"), [(OLD, ""), (OLD, '"'), (NEW, '"'), (OLD.upper(), "")])
def test_the_directory_is_read_as_any_year_writes_it(tmp_path: Path, names: str, quote: str) -> None:
    (tmp_path / "return").mkdir()
    paths = [written(tmp_path / "return", episodes=episode("LS1 1AA"))]
    postcodes = Directory(directory(tmp_path, names, quote), BARNSLEY)
    assert said(read_returns(paths, postcodes=postcodes)) == (31.1, False)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no column of the postcode"),
        (OLD.replace("oslaua", "x").encode(), "no column of the local authority"),
        (OLD.replace("oseast1m", "x").encode(), "no column of the eastings"),
        (f"{OLD}\n".encode(), "No postcode of the directory lies in E08000016"),
        (b"\xff\xfe\x00", "can't be read as a directory of postcodes"),
    ],
)
def test_a_file_that_is_no_directory_of_these_postcodes_is_refused(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    written(tmp_path, episodes=episode("LS1 1AA"))
    with pytest.raises(NoDirectory, match=sentence):
        read_returns([tmp_path / "2017-episodes.csv"], postcodes=Directory(tmp_path / "x.csv", BARNSLEY))


def test_the_commands_count_what_is_distant_by_the_directory(tmp_path: Path) -> None:
    (tmp_path / "return").mkdir()
    folder = written(tmp_path / "return", episodes=episode("LS1 1AA"), header="1,1,05/06/2010,WBRI,,,")
    asked = ["indicators", str(folder), "--on", "2018-03-31", "--format", "json"]
    counted = {}
    for more in ([], ["--postcodes", str(directory(tmp_path)), "--authority", BARNSLEY]):
        done = CliRunner().invoke(application("indicators"), [*asked, *more])
        assert done.exit_code == 0, done.stderr
        (row,) = (row for row in json.loads(done.stdout) if row["indicator"] == "distant")
        counted[bool(more)] = (row["numerator"], row["unknown"])
    assert counted == {False: (0, 1), True: (1, 0)}


def test_a_directory_without_an_authority_is_one_sentence(tmp_path: Path) -> None:
    file = directory(tmp_path)
    asked = ["findings", str(tmp_path), "--postcodes", str(file)]
    for more, sentence in (
        ([], "say with --authority"),
        (["--authority", "E00000000"], "is not the code of an English"),
    ):
        done = CliRunner().invoke(application("findings"), [*asked, *more])
        assert (done.exit_code, sentence in done.stderr) == (2, True)
