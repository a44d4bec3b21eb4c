"""A dump of the events is one file, read back as it was written, and adds up to what the statements left in it are."""

import stat
from datetime import date
from pathlib import Path

import pytest

from holdfast.cli import dumped
from holdfast.cli.laptop.faults import CannotRun
from holdfast.contracts.events import AnyEvent, encode_event, record_key
from holdfast.indicators.choices import DEFAULTS
from holdfast.indicators.reading import rows
from tests.factories import AUTHORITY, admitted, discharged

ADMITTED = [admitted("2016-01-04", child=name) for name in ("one", "two", "three")]
CUT = dumped.Cut("care.events", 3, 40, AUTHORITY)


def dump_of(*stated: AnyEvent | bytes) -> dumped.Dump:
    """Records 10, 11 and so on: an event, or a tombstone for a key."""
    return dumped.Dump(
        CUT,
        [
            dumped.record_of(offset, one, None)
            if isinstance(one, bytes)
            else dumped.record_of(offset, record_key(one), encode_event(one))
            for offset, one in enumerate(stated, 10)
        ],
    )


def looked_after(dump: dumped.Dump, read_to: int = 40) -> int:
    ledger = dumped.ledger_of(dump, read_to, DEFAULTS)
    found = rows(ledger, date(2017, 1, 1), breakdowns=False)
    return next(row.numerator for row in found if row.indicator == "looked_after")


def test_what_is_written_is_read_back_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    dump, path = dump_of(*ADMITTED, record_key(ADMITTED[0])), tmp_path / "dump.ndjson"
    dumped.write(dump, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    held = dumped.read(path)
    assert held.cut == CUT
    assert [(one.offset, one.key, bytes(one.value)) for one in held.records] == [
        (one.offset, one.key, bytes(one.value)) for one in dump.records
    ]
    assert looked_after(held) == 2


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_text("kept")
    with pytest.raises(CannotRun, match="is there already"):
        dumped.write(dump_of(), path)
    assert path.read_text() == "kept"


def test_the_statements_before_an_offset_add_up_and_a_tombstone_takes_one_out() -> None:
    dump = dump_of(*ADMITTED, record_key(ADMITTED[1]), discharged("2016-06-01", child="three"), ADMITTED[1])
    assert [looked_after(dump, read_to) for read_to in (10, 11, 13, 14, 15, 16)] == [0, 1, 3, 2, 1, 2]


def test_a_statement_said_twice_counts_once() -> None:
    assert looked_after(dump_of(*ADMITTED, *ADMITTED)) == 3


def test_what_is_no_dump_is_refused_by_its_line_and_nothing_of_it_is_quoted(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    dumped.write(dump_of(*ADMITTED), path)
    path.write_bytes(path.read_bytes() + b'{"offset":"secret"}\n')
    with pytest.raises(CannotRun, match="line 5: this is not a line of a dump") as refused:
        dumped.read(path)
    assert "secret" not in str(refused.value)
    for content in (b"", b"not a dump\n"):
        path.write_bytes(content)
        with pytest.raises(CannotRun):
            dumped.read(path)


def test_a_record_that_is_no_event_stops_the_reading_and_nothing_of_it_is_quoted() -> None:
    record = dumped.record_of(12, record_key(ADMITTED[0]), b'{"secret": 1}')
    with pytest.raises(CannotRun, match="offset 12") as refused:
        looked_after(dumped.Dump(CUT, [record]))
    assert "secret" not in str(refused.value)
