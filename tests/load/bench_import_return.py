"""A made-up return of very many rows, of which everything adds up, in the three forms: CSV files, a zip file, XML.

Seeded, and written as it is made, so that nothing of it is held.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from msgspec import Struct

EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
MISSING = "CHILD,DOB,MISSING,MIS_START,MIS_END"
FIRST, DAYS = date(2017, 4, 1), 365
ROWS_A_CHILD = 4


class Child(Struct, frozen=True):
    """One child's rows, as they are in the CSV form."""

    header: list[str]
    episodes: list[list[str]]
    missing: list[list[str]]


def children(rows: int, seed: int = 5) -> Iterator[Child]:
    """Children with four episodes in the year each, and every tenth missing once."""
    chance = random.Random(seed)
    for number in range(rows // ROWS_A_CHILD):
        reference = f"{100_000 + number}"
        born = _written(date(2005, 1, 1) + timedelta(days=chance.randrange(3_000)))
        header = [reference, chance.choice("12"), born, "WBRI", f"A{number:012}", "", ""]
        missing = [[reference, born, "M", _written(_on(300)), _written(_on(303))]] if number % 10 == 0 else []
        yield Child(header, list(_episodes(chance, reference)), missing)


def _episodes(chance: random.Random, reference: str) -> Iterator[list[str]]:
    home = _postcode(chance)
    days = sorted(chance.sample(range(1, DAYS - 80), ROWS_A_CHILD))
    for place, day in enumerate(days):
        last = place == ROWS_A_CHILD - 1
        end = ["", "", ""] if last else [_written(_on(days[place + 1])), "X1", "CARPL"]
        reason = "P" if place else "S"
        kind = [reason, "C2", "N1", chance.choice(("U4", "U6")), chance.choice(("PR1", "PR4"))]
        yield [reference, _written(_on(day)), *kind, *end, home, _postcode(chance), ""]


def _on(day: int) -> date:
    return FIRST + timedelta(days=day)


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _postcode(chance: random.Random) -> str:
    return f"S{chance.randrange(1, 80)} {chance.randrange(1, 10)}{chance.choice('ABDEF')}{chance.choice('ABDEFGH')}"


def write_csv(folder: Path, rows: int) -> Path:
    """The three CSV files in a folder."""
    with (
        (folder / "2017-episodes.csv").open("w", encoding="utf-8") as episodes,
        (folder / "2017-header.csv").open("w", encoding="utf-8") as header,
        (folder / "2017-missing.csv").open("w", encoding="utf-8") as missing,
    ):
        for file, columns in ((episodes, EPISODES), (header, HEADER), (missing, MISSING)):
            file.write(f"{columns}\n")
        for child in children(rows):
            header.write(f"{','.join(child.header)}\n")
            episodes.writelines(f"{','.join(row)}\n" for row in child.episodes)
            missing.writelines(f"{','.join(row)}\n" for row in child.missing)
    return folder


def write_zip(file: Path, folder: Path) -> Path:
    """The files of a folder in a zip file."""
    with ZipFile(file, "w", ZIP_DEFLATED) as held:
        for each in sorted(folder.iterdir()):
            held.write(each, each.name)
    return file


def write_xml(file: Path, rows: int) -> Path:
    """The XML form."""
    with file.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<EXPSSDA903>\n')
        for child in children(rows):
            out.writelines(f"{line}\n" for line in _xml_lines(child))
        out.write("</EXPSSDA903>\n")
    return file


def _xml_lines(child: Child) -> Iterator[str]:
    reference, sex, born, ethnic, upn, *_ = child.header
    said = {"CHILDID": reference, "UPN": upn, "SEX": sex, "DOB": born, "ETHNIC": ethnic, "UASC": "0"}
    yield "  <CHILD>"
    yield f"    <HEADER>{_tags(said)}"
    for row in child.missing:
        kind, begins, ends = row[2:]
        yield f"      <AMISSING>{_tags({'MISSING': kind, 'MIS_START': begins, 'MIS_END': ends})}</AMISSING>"
    yield "    </HEADER>"
    names = [*EPISODES.replace("PLACE,", "PL,", 1).split(",")[1:]]
    for row in child.episodes:
        yield f"    <EPISODE>{_tags(dict(zip(names, row[1:], strict=True)))}</EPISODE>"
    yield "  </CHILD>"


def _tags(said: dict[str, str]) -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for tag, text in said.items())
