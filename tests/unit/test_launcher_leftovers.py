"""What a launcher leaves behind when it is killed, and what the next one does about it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from holdfast.cli.laptop import notes
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import Layout, Ports
from holdfast.cli.laptop.leftovers import end_leftovers
from holdfast.cli.laptop.notes import Note, State, locked, note_of, read_state, write_note, write_state


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    (tmp_path / "run").mkdir()
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    return Layout(tmp_path, tmp_path / "cache", Ports())


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as running:
        yield running
        running.kill()


def test_what_was_left_running_is_ended(layout: Layout, sleeper: subprocess.Popen[bytes]) -> None:
    write_note(layout.run, "gateway", sleeper.pid)
    assert end_leftovers(layout) == ["gateway"]
    assert note_of(sleeper.pid) is None
    assert end_leftovers(layout) == []


def test_another_process_under_a_number_used_again_is_left_alone(
    layout: Layout, sleeper: subprocess.Popen[bytes]
) -> None:
    note = note_of(sleeper.pid)
    assert note is not None
    earlier = Note(note.pid, note.started - 3600, note.program)
    (layout.run / "gateway.process.json").write_bytes(msgspec.json.encode(earlier))
    assert end_leftovers(layout) == []
    assert sleeper.poll() is None
    assert not notes.noted(layout.run)


def test_a_damaged_note_counts_for_nothing(layout: Layout) -> None:
    (layout.run / "gateway.process.json").write_text("{")
    assert end_leftovers(layout) == []


def test_the_databases_own_note_is_removed_where_its_number_is_anothers(layout: Layout) -> None:
    path = layout.postgres / "data" / "postmaster.pid"
    path.write_text(f"{os.getpid()}\n{layout.postgres / 'data'}\n")
    end_leftovers(layout)
    assert not path.exists()


def test_a_second_launcher_in_the_same_folder_is_refused_in_one_sentence(layout: Layout) -> None:
    me = notes.note_of_self()
    with locked(layout.run):
        write_state(layout.run, State("ready", me, layout.ports, {}))
        with pytest.raises(CannotRun, match=f"already running \\(process {me.pid}\\)"), locked(layout.run):
            pass
    with locked(layout.run):
        pass


def test_the_state_of_a_launcher_that_is_gone_is_not_believed(layout: Layout) -> None:
    me = notes.note_of_self()
    gone = Note(me.pid, me.started - 3600, me.program)
    write_state(layout.run, State("ready", gone, layout.ports, {}))
    assert read_state(layout.run) is None
