"""Writes the XML form of a return from its CSV files: CHILD, in it HEADER with AMISSING, and then EPISODE.

Written from the description of the form, without anything of the code that reads it.
"""

import csv
from collections import defaultdict
from pathlib import Path
from xml.sax.saxutils import escape

HEADER_TAGS = ("UPN", "SEX", "DOB", "ETHNIC")
MISSING_TAGS = ("MISSING", "MIS_START", "MIS_END")
EPISODE_TAGS = (
    *("DECOM", "RNE", "LS", "CIN", "PL", "PL_POST", "HOME_POST", "URN", "PLACE_PROVIDER"),
    *("DEC", "REC", "REASON_PLACE_CHANGE"),
)
CSV_NAMES = {"PL": "PLACE"}

Rows = dict[str, list[dict[str, str]]]


def xml_of(folder: Path, year: str) -> str:
    """The return of `2017-episodes.csv`, `2017-header.csv` and `2017-missing.csv`; not all need be there."""
    header, episodes, missing = (
        _by_child(folder / f"{year}-{table}.csv") for table in ("header", "episodes", "missing")
    )
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<EXPSSDA903>"]
    for child in dict.fromkeys([*header, *episodes, *missing]):
        lines += ["  <CHILD>", "    <HEADER>", f"      <CHILDID>{escape(child)}</CHILDID>"]
        for row in header.get(child, [{}])[-1:]:
            lines += [f"      {_tag(tag, row)}" for tag in HEADER_TAGS] + ["      <UASC>0</UASC>"]
        for row in missing.get(child, []):
            lines += ["      <AMISSING>", *(f"        {_tag(tag, row)}" for tag in MISSING_TAGS), "      </AMISSING>"]
        lines.append("    </HEADER>")
        for row in episodes.get(child, []):
            lines += ["    <EPISODE>", *(f"      {_tag(tag, row)}" for tag in EPISODE_TAGS), "    </EPISODE>"]
        lines.append("  </CHILD>")
    return "\n".join([*lines, "</EXPSSDA903>", ""])


def _by_child(file: Path) -> Rows:
    rows: Rows = defaultdict(list)
    if file.exists():
        with file.open(encoding="utf-8-sig", newline="") as text:
            for row in csv.DictReader(text):
                rows[row["CHILD"]].append(row)
    return rows


def _tag(tag: str, row: dict[str, str]) -> str:
    text = escape(row.get(CSV_NAMES.get(tag, tag)) or "")
    return f"<{tag}>{text}</{tag}>" if text else f"<{tag}/>"
