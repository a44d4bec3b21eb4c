"""Ends what a launcher that was killed has left running, and mends what it left lying.

Touches nothing that it can't show to be ours: a process counts by its number and its start together.
"""

import signal
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from holdfast.cli.laptop.layout import Layout
from holdfast.cli.laptop.notes import Note, forget_note, has_gone, is_same, noted

# Clients before what they use; the rest in any order.
_LAST = ("kafka", "postgres")
_GRACE_SECONDS = 15.0


def end_leftovers(layout: Layout) -> list[str]:
    """Ends them, clients first, and returns their names. Bounded: 15 s of grace each for broker and database."""
    found = noted(layout.run)
    ended = []
    for name in sorted(found, key=lambda name: name in _LAST and _LAST.index(name) + 1):
        if is_same(found[name]):
            _end(name, found[name])
            ended.append(name)
        forget_note(layout.run, name)
    _mend_postmaster(layout.postgres / "data")
    return ended


def _end(name: str, note: Note) -> None:
    try:
        process = psutil.Process(note.pid)
        # A stopped process hears nothing but SIGKILL until it goes on.
        process.send_signal(signal.SIGCONT)
        if name in _LAST:
            process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
            has_gone(note, _GRACE_SECONDS)
        if is_same(note):
            process.kill()
            has_gone(note, _GRACE_SECONDS)
    except psutil.NoSuchProcess:
        return


def _mend_postmaster(data: Path) -> None:
    """Removes a `postmaster.pid` whose number belongs to another program by now: the server would not start."""
    path = data / "postmaster.pid"
    try:
        pid = int(path.read_text().splitlines()[0])
        owner = psutil.Process(pid)
        if str(data) not in owner.cmdline():
            path.unlink()
    except (FileNotFoundError, psutil.NoSuchProcess):
        # A number that nobody has is something the server sees for itself.
        return
    except (ValueError, IndexError):
        path.unlink(missing_ok=True)
