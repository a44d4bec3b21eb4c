"""Returns with something done to them: cells, lines, tags and bytes, in the CSV, the zip and the XML form. Seeded.

What a mutated return means is of no interest here; `fuzz_returns` holds what must be true of reading any of them.
"""

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from tests.return_faults import BAD, EPISODES, GOOD
from tests.xml_returns import xml_of

COLUMNS = {"episodes": EPISODES, "header": "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"}
COLUMNS["missing"] = "CHILD,DOB,MISSING,MIS_START,MIS_END"
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16")
# What cells of files from the world may hold.
NASTY = (
    *("", " ", '"', '""', "'", ",", ";", "\t", "\0", "\r", "\x1b[31m", "=1+1", "N/A", "NULL", "-", "0", "999.9"),
    *("31/02/2017", "2017-06-01", "01/06/2017 00:00", "42864", "01/06/1899", "01/06/2099", "29/02/2016", "1/6/2017"),
    *("S", "P", "T", "L", "X1", "E4A", "U6", "T1", "K3", "C2", "V3", "M", "A", "PR0", "1", "2", "3", "1.0", "1E+05"),
    *("Zoë", "\u2028", "\ufeff", "\ud7ff", "😀", "٣", "x" * 300, "B1 1AA", "b11aa", "&amp;", "<DEC/>", "&lol;", "]]>"),
)
DOCTYPE = '<!DOCTYPE EXPSSDA903 [<!ENTITY lol "lol"><!ENTITY far SYSTEM "file:///etc/hostname">]>'

Change = Callable[[random.Random, str], str]


class Mutated(Struct, frozen=True):
    """Files by name, and which form it is."""

    form: str
    files: dict[str, bytes]


def mutated(chance: random.Random, folder: Path) -> Mutated:
    """A return with one to four things done to it. `folder` is there to make the XML form in."""
    tables = _tables(chance)
    form = chance.choice(("csv", "csv", "zip", "xml"))
    if form == "xml":
        return Mutated(form, {"x.xml": _bytes(chance, _changed(chance, _xml(tables, folder), XML_CHANGES))})
    which = chance.choice(list(tables))
    tables[which] = _changed(chance, tables[which], CSV_CHANGES)
    files = {f"2017-{table}.csv": _bytes(chance, text) for table, text in tables.items()}
    return Mutated(form, {"x.zip": _zip(chance, files)} if form == "zip" else files)


def _tables(chance: random.Random) -> dict[str, str]:
    bad = chance.choice(BAD)
    rows = {"episodes": bad.episodes, "header": bad.header, "missing": bad.missing}
    return {
        table: "\n".join([COLUMNS[table], *(line.strip() for line in f"{GOOD[table]}\n{rows[table]}".splitlines()), ""])
        for table in COLUMNS
    }


def _xml(tables: dict[str, str], folder: Path) -> str:
    for table, text in tables.items():
        (folder / f"made-{table}.csv").write_text(text, encoding="utf-8")
    return xml_of(folder, "made")


def _changed(chance: random.Random, text: str, changes: tuple[Change, ...]) -> str:
    for _ in range(chance.randint(1, 4)):
        text = chance.choice(changes)(chance, text)
    return text


def _bytes(chance: random.Random, text: str) -> bytes:
    encoded = text.encode(chance.choice(ENCODINGS), errors="replace")
    return _broken(chance, encoded) if chance.random() < 0.2 else encoded


def _broken(chance: random.Random, content: bytes) -> bytes:
    """Bytes turned over, cut out, put in, or cut off."""
    at, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return chance.choice(
        (
            lambda: content[:at],
            lambda: content[:at] + content[end:],
            lambda: content[:at] + chance.randbytes(chance.randint(1, 8)) + content[at:],
            lambda: (
                content[:at]
                + bytes(byte ^ (1 << chance.randrange(8)) for byte in content[at : at + 1])
                + content[at + 1 :]
            ),
            lambda: content[:end] + content[at:],
        )
    )()


def _zip(chance: random.Random, files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    inside = chance.choice(("", "", "a/", "../", "a/b/c/"))
    with zipfile.ZipFile(made, "w", chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as held:
        for name, content in files.items():
            held.writestr(f"{inside}{name}", content)
    content = made.getvalue()
    for _ in range(chance.choice((0, 0, 1, 3))):
        content = _broken(chance, content)
    return content


def _a_cell(chance: random.Random, text: str) -> str:
    lines = [line.split(",") for line in text.split("\n")]
    row = chance.choice(lines)
    row[chance.randrange(len(row))] = chance.choice(NASTY)
    return "\n".join(",".join(row) for row in lines)


def _a_line(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    did = chance.choice(("twice", "gone", "moved", "blank", "joined", "short"))
    line = lines[at]
    if did == "twice":
        lines.insert(at, line)
    elif did == "gone":
        del lines[at]
    elif did == "moved":
        lines.insert(chance.randrange(len(lines)), lines.pop(at))
    elif did == "blank":
        lines.insert(at, chance.choice(("", ",,,", "   ")))
    elif did == "joined":
        lines[at : at + 2] = ["".join(lines[at : at + 2])]
    else:
        lines[at] = line[: chance.randrange(len(line) + 1)]
    return "\n".join(lines)


def _a_column(chance: random.Random, text: str) -> str:
    lines = [line.split(",") for line in text.split("\n")]
    one, other = (chance.randrange(max(1, len(lines[0]))) for _ in range(2))
    gone = chance.random() < 0.5
    for row in lines:
        if max(one, other) < len(row):
            row[one], row[other] = row[other], row[one]
            if gone:
                del row[one]
    return "\n".join(",".join(row) for row in lines)


def _a_piece(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(NASTY) + text[at + chance.choice((0, 0, 1, 5)) :]


def _throughout(chance: random.Random, text: str) -> str:
    before, after = chance.choice(
        ((",", ";"), (",", "\t"), (",", '","'), ("\n", "\r\n"), ("\n", "\r"), ("/", "-"), ("2017", "2018"), (" ", ""))
    )
    return text.replace(before, after)


def _a_tag(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    at, other = (chance.randrange(len(lines)) for _ in range(2))
    did = chance.choice(("twice", "gone", "swapped", "renamed", "closed"))
    if did == "twice":
        lines.insert(other, lines[at])
    elif did == "gone":
        del lines[at]
    elif did == "swapped":
        lines[at], lines[other] = lines[other], lines[at]
    elif did == "renamed":
        names = ("CHILD", "HEADER", "EPISODE", "AMISSING", "CHILDID", "DECOM", "X", "PLACE")
        lines[at] = lines[at].replace(lines[at].strip(" </>").partition(">")[0] or "?", chance.choice(names))
    else:
        lines[at] = lines[at].replace("/", "")
    return "\n".join(lines)


def _a_block(chance: random.Random, text: str) -> str:
    """Whole elements again, elsewhere: tags that match and mean nothing there."""
    blocks = [f"<EPISODE>{block.partition('</EPISODE>')[0]}</EPISODE>" for block in text.split("<EPISODE>")[1:]]
    places = [at for at in range(len(text)) if text[at] == "<" and text[at + 1 : at + 2] != "/"]
    if not blocks or not places:
        return text
    at = chance.choice(places)
    return text[:at] + chance.choice(blocks) + text[at:]


def _a_doctype(chance: random.Random, text: str) -> str:
    return (
        text.replace("<EXPSSDA903>", f"{DOCTYPE}<EXPSSDA903>", 1) if chance.random() < 0.3 else _a_piece(chance, text)
    )


def _a_text(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    before, opened, rest = lines[at].partition(">")
    _, closed, tail = rest.partition("<")
    if closed:
        said = chance.choice(NASTY).replace("&", "&amp;").replace("<", "&lt;")
        lines[at] = f"{before}{opened}{said}{closed}{tail}"
    return "\n".join(lines)


CSV_CHANGES: tuple[Change, ...] = (_a_cell, _a_cell, _a_cell, _a_line, _a_column, _a_piece, _throughout)
XML_CHANGES: tuple[Change, ...] = (_a_text, _a_text, _a_text, _a_tag, _a_block, _a_piece, _a_doctype)
