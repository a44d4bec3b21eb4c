"""Returns made at random from one true history: what each year's files say of the rows that cover a day of the year.

With what real ones have: rows left out or unreadable, corrections, columns and files that a year lacks, blank cells,
children that a year does not name, periods that no row continues, and several rows on one day.
"""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from msgspec import Struct

from holdfast.contracts.returned import covers

EPISODES = "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE PL_POST URN PL_DISTANCE PL_LOCATION"
COLUMNS = EPISODES.split()
MAY_LACK = ("CIN", "PLACE_PROVIDER", "REASON_PLACE_CHANGE", "PL_POST", "URN", "PL_DISTANCE", "PL_LOCATION")
YEARS = [date(year, 3, 31) for year in range(2017, 2022)]


class TrueRow(Struct):
    """A row as it truly was; `cells` are those that a return may later correct."""

    child: str
    began_on: date
    reason: str
    ended_on: date | None
    ceased: str
    cells: dict[str, str]


class YearMade(Struct):
    """The rows of one year's files, by table, each by its columns; `missing` is None where there is no such file."""

    ending: date
    lacks: set[str]
    episodes: list[dict[str, str]]
    header: list[dict[str, str]]
    missing: list[dict[str, str]] | None


def made(seed: int, children: int = 6, lacking: Sequence[str] = MAY_LACK) -> list[YearMade]:
    """A return for each of five years; `lacking` are the columns that a year may be without."""
    chance = random.Random(seed)
    names = [f"{number}" for number in range(1, children + 1)]
    rows = [row for child in names for row in _history(chance, child)]
    away = [(child, _day(chance), chance.choice("MA")) for child in names for _ in range(chance.choice([0, 0, 1, 2]))]
    absences = [(child, day, day + timedelta(days=chance.randrange(500)), kind) for child, day, kind in away]
    births = {child: date(2005, 1, 1) + timedelta(days=chance.randrange(4000)) for child in names}
    return [_year(chance, year, rows, absences, births, lacking) for year in YEARS]


def _day(chance: random.Random) -> date:
    return date(2015, 6, 1) + timedelta(days=chance.randrange(2000))


def _history(chance: random.Random, child: str) -> list[TrueRow]:
    found: list[TrueRow] = []
    day = _day(chance)
    for number in range(chance.randrange(1, 7)):
        reason = "S" if number == 0 or chance.random() < 0.15 else chance.choice("PPPBTUL")
        length = chance.choice([0, 1, 30, 200, 400, 900])
        end = day + timedelta(days=length)
        ceased = chance.choice(["X1"] * 5 + ["E4A", ""])
        if any((row.began_on, row.reason) == (day, reason) for row in found):
            break
        found.append(TrueRow(child, day, reason, end, ceased, _cells(chance)))
        day = end if ceased == "X1" and chance.random() < 0.9 else end + timedelta(days=chance.randrange(300))
    if chance.random() < 0.5:
        found[-1] = TrueRow(child, found[-1].began_on, found[-1].reason, None, "", found[-1].cells)
    return found


def _cells(chance: random.Random) -> dict[str, str]:
    return {
        "LS": chance.choice(["C1", "C2", "V2"]),
        "CIN": chance.choice(["N1", "N1", "N3", ""]),
        "PLACE": chance.choice(["U4", "U6", "K2", "T3"]),
        "PLACE_PROVIDER": chance.choice(["PR1", "PR4", ""]),
        "REASON_PLACE_CHANGE": chance.choice(["CARPL", "ALLEG", ""]),
        "PL_POST": chance.choice(["OL1 1AA", "OL2 2BB", ""]),
        "URN": chance.choice(["1234567", "7654321", ""]),
        "PL_DISTANCE": chance.choice(["3.5", "40", "999.9"]),
        "PL_LOCATION": chance.choice(["IN", "OUT"]),
    }


def _year(
    chance: random.Random,
    year: date,
    rows: list[TrueRow],
    absences: list[tuple[str, date, date, str]],
    births: dict[str, date],
    lacking: Sequence[str],
) -> YearMade:
    lacks = {column for column in lacking if chance.random() < 0.2}
    unnamed = {child for child in births if chance.random() < 0.1}
    # The latest DECOM decides which year a file is of.
    last = TrueRow("0", year, "S", None, "", _cells(chance))
    told = [_row(chance, row, year) for row in [*rows, last] if covers(row.began_on, row.ended_on, year)]
    episodes = [row for row in told if row["CHILD"] not in unnamed and (chance.random() > 0.08 or row["CHILD"] == "0")]
    named = {row["CHILD"] for row in episodes} | {child for child in births if chance.random() < 0.1}
    header = [_header(chance, child, births) for child in sorted(named - unnamed - {"0"}) if chance.random() < 0.9]
    missing = [_absence(one, year) for one in absences if covers(one[1], one[2], year) and one[0] not in unnamed]
    without_file = chance.random() < 0.2
    return YearMade(year, lacks, episodes, header, None if without_file else missing)


def _row(chance: random.Random, row: TrueRow, year: date) -> dict[str, str]:
    if chance.random() < 0.15:
        changed = _cells(chance)
        name = chance.choice(sorted(changed))
        row.cells = row.cells | {name: changed[name]}
    closed = row.ended_on is not None and row.ended_on <= year
    cells = row.cells if closed or chance.random() < 0.1 else row.cells | {"REASON_PLACE_CHANGE": ""}
    if row.child != "0" and chance.random() < 0.03:
        cells = cells | {"PLACE": "ZZ"}
    end = _written(row.ended_on) if row.ended_on and closed else ""
    frame = {"CHILD": row.child, "DECOM": _written(row.began_on), "RNE": row.reason}
    return frame | cells | {"DEC": end, "REC": row.ceased if closed else ""}


def _header(chance: random.Random, child: str, births: dict[str, date]) -> dict[str, str]:
    if chance.random() < 0.1:
        births[child] = births[child] + timedelta(days=chance.choice([-400, 1, 31]))
    born = "" if chance.random() < 0.1 else _written(births[child])
    return {"CHILD": child, "SEX": chance.choice(["1", "1", "2", ""]), "DOB": born}


def _absence(one: tuple[str, date, date, str], year: date) -> dict[str, str]:
    child, began_on, ended_on, kind = one
    end = _written(ended_on) if ended_on <= year else ""
    return {"CHILD": child, "DOB": "", "MISSING": kind, "MIS_START": _written(began_on), "MIS_END": end}


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def resubmitted(year: YearMade, seed: int) -> YearMade:
    """The same return again, of the same children: some rows have gone, some say otherwise, births are corrected."""
    chance = random.Random(seed)
    named = {row["CHILD"] for row in [*year.episodes, *year.header, *(year.missing or [])]} - {"0"}
    births = {child: date(2006, 1, 1) + timedelta(days=chance.randrange(3000)) for child in named}
    header = [{"CHILD": child, "SEX": chance.choice("12"), "DOB": _written(births[child])} for child in sorted(named)]
    left = [row for row in year.episodes if row["CHILD"] == "0" or chance.random() > 0.2]
    changed = [row | {"PLACE": chance.choice(["U4", "U6"])} if chance.random() < 0.3 else row for row in left]
    missing = None if year.missing is None else [row for row in year.missing if chance.random() > 0.2]
    return YearMade(year.ending, year.lacks, changed, header, missing)


def write(folder: Path, year: YearMade) -> list[Path]:
    """The files of a year."""
    columns = [column for column in COLUMNS if column not in year.lacks]
    tables = {"episodes": (columns, year.episodes), "header": (["CHILD", "SEX", "DOB"], year.header)}
    if year.missing is not None:
        tables["missing"] = (["CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"], year.missing)
    paths = []
    for table, (names, rows) in tables.items():
        lines = [",".join(names), *(",".join(row[name] for name in names) for row in rows)]
        path = folder / f"{year.ending:%Y}-{table}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        paths.append(path)
    return paths
