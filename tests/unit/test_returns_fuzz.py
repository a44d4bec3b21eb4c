"""Some hundred mutated returns, as `make fuzz` reads very many; and that what it holds them against can fail."""

import random
from collections import Counter
from io import BytesIO
from pathlib import Path
from string import ascii_uppercase

import pytest

from holdfast.returns.faults import Origin
from holdfast.returns.loading import Load, Loader
from holdfast.returns.rows import Faults
from holdfast.returns.texts import Unreadable
from holdfast.returns.xml_form import elements
from holdfast.returns.xml_plain import plain_children
from holdfast.returns.xml_rows import CELLS, Element
from tests.fuzz_returns import Untrue, check_one
from tests.mutated_returns import mutated

RETURNS = 400


def test_mutated_returns_are_read_whole_or_named(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for number in range(RETURNS):
        check_one(number, 20, tmp_path, seen)
    assert seen["files"] == RETURNS
    wanted = ("as csv", "as zip", "as xml", "rows read", "rows left out", "rows without any text", "returns read whole")
    assert all(seen[what] for what in (*wanted, "returns with a file named as unread", "returns with rows left out"))
    assert sum(what.startswith("told: ") for what in seen) > 40


class Dribble(BytesIO):
    """A file that gives so little at a time that no child of it is ever there from start to end."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 40))


def elements_of(stream: BytesIO) -> list[Element] | str:
    try:
        return list(elements(stream, "utf-8"))
    except Unreadable as trouble:
        return str(trouble)


def test_plain_children_are_read_as_the_parser_reads_them(tmp_path: Path) -> None:
    read, plain = 0, 0
    for number in range(4 * RETURNS):
        made = mutated(random.Random(f"plain/{number}"), tmp_path)
        for content in made.files.values() if made.form == "xml" else ():
            for text in (content, content.replace(b"><", b">\r\n<"), content.replace(b"\n", b"\r")):
                found = elements_of(BytesIO(text))
                assert found == elements_of(Dribble(text))
                read += isinstance(found, list)
                plain += sum(1 for _ in plain_children(text))
    assert read > RETURNS // 2
    assert plain > read


def test_rows_written_unlike_one_another_are_read_as_the_parser_reads_them() -> None:
    chance = random.Random(3)
    tags = [*CELLS["EPISODE"], "SEX", "A_TAG", "ANOTHER"]
    children = []
    for number in range(300):
        rows = [f"<HEADER><DOB/><CHILDID>{number}</CHILDID></HEADER>"]
        for _ in range(3):
            kept = [tag for tag in tags if chance.random() < 0.8]
            if chance.random() < 0.1:
                chance.shuffle(kept)
            cells = [chance.choice((f"<{tag}>{tag[0]}{number}</{tag}>", f"<{tag}/>")) for tag in kept]
            cells += chance.choice(([], [], cells[:1]))
            rows.append(f"<EPISODE>{chance.choice(('', chr(10))).join(cells)}</EPISODE>")
        children.append(f"<CHILD>{''.join(rows)}</CHILD>")
    text = f"<EXPSSDA903>{''.join(children)}</EXPSSDA903>".encode()
    assert sum(1 for _ in plain_children(text)) == len(children)
    found = elements_of(BytesIO(text))
    assert found == elements_of(Dribble(text))
    assert len({tuple(element.cells) for element in found if isinstance(element, Element)}) > len(children)


def test_a_row_of_very_many_different_cells_is_read_as_the_parser_reads_it() -> None:
    odd = "".join(f"<{one}{other}>x</{one}{other}>" for one in ascii_uppercase for other in ascii_uppercase)
    rows = [f"<EPISODE>{odd}<RNE>{reason}</RNE><PL>U6</PL></EPISODE>" for reason in "SPB"]
    text = f"<EXPSSDA903><CHILD><HEADER><CHILDID>1</CHILDID></HEADER>{''.join(rows)}</CHILD></EXPSSDA903>".encode()
    assert sum(1 for _ in plain_children(text)) == 1
    found = elements_of(BytesIO(text))
    assert found == elements_of(Dribble(text))
    assert [element.cells[2] for element in found[1:] if isinstance(element, Element)] == ["S", "P", "B"]


def test_what_only_looks_like_a_child_is_none() -> None:
    child = b"<CHILD><HEADER><CHILDID>1</CHILDID></HEADER><EPISODE><RNE>S</RNE></EPISODE></CHILD>"
    for text in (b"<!--%b-->" % child, b"<![CDATA[%b]]>" % child, b"<CHILD><X>%b</X></CHILD>" % child):
        whole = b"<EXPSSDA903>%b\n%b</EXPSSDA903>" % (text, child)
        found = elements_of(BytesIO(whole))
        assert found == elements_of(Dribble(whole))
        assert [element.line for element in found if isinstance(element, Element)][-2:] == [2, 2]


def test_a_return_is_mutated_the_same_way_each_time(tmp_path: Path) -> None:
    csv = [mutated(random.Random(f"1/{number}"), tmp_path) for number in (1, 2, 3)]
    assert csv == [mutated(random.Random(f"1/{number}"), tmp_path) for number in (1, 2, 3)]


def _untold(self: Loader, load: Load, origin: Origin, found: Faults) -> None:
    load.left_out += 1


def _lost(self: Loader, load: Load, origin: Origin, found: Faults) -> None:
    load.rows -= 1


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [(_untold, "not each row left out has a fault of its own"), (_lost, "rows, and")],
)
def test_a_reading_that_loses_rows_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: object, sentence: str
) -> None:
    monkeypatch.setattr(Loader, "_leave_out", broken)
    with pytest.raises(Untrue, match=sentence):
        for number in range(RETURNS):
            check_one(number, 20, tmp_path, Counter())
