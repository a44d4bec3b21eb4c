"""The demonstration authority: its clock, a sender's token, three people who may sign in, and its targets.

Made once and found again at every later start. Uses the services' own commands; does nothing behind their backs.
"""

import json
import secrets
import subprocess
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from holdfast.cli.forward import output_of
from holdfast.cli.laptop.credentials import kept, write_secret
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import Layout
from holdfast.runtime.clock import read_course, write_clock

AUTHORITY = "E08000018"
SYSTEM = "borough"
ROLES = ("manager", "analyst", "operator")
_BEHIND = timedelta(days=180)
# A day a minute.
_RATE = 1440.0


def set_clock(layout: Layout) -> None:
    """Sets the platform's clock, once: 180 days ago, a day a minute, the system's time once it has come so far."""
    if read_course(layout.home) is None:
        write_clock(layout.home, datetime.now(UTC) - _BEHIND, _RATE, catch_up=True)


def make_demonstration(layout: Layout) -> dict[str, str]:
    """Makes what is missing; returns the password of each person. Raises CannotRun.

    Every step may be repeated, so one that was cut short is simply done again at the next start.
    """
    people = _passwords(layout)
    made = layout.run / "demonstration.made"
    if not made.exists():
        try:
            _make(layout, people)
        except subprocess.CalledProcessError as failed:
            said = (failed.stderr or failed.stdout or "").strip().splitlines()
            reason = said[-1] if said else f"it ended with {failed.returncode}"
            raise CannotRun(f"The demonstration could not be made: {reason}") from failed
        made.touch()
    return people


def _passwords(layout: Layout) -> dict[str, str]:
    chosen = {role: secrets.token_hex(8) for role in ROLES}
    people: dict[str, str] = json.loads(kept(layout.secrets / "demonstration.json", lambda: json.dumps(chosen)))
    return people


def _make(layout: Layout, people: dict[str, str]) -> None:
    # Each command is a process of its own and takes a second or two: side by side they take half of that.
    with ThreadPoolExecutor(max_workers=3) as hands:
        steps: list[Future[None]] = [
            hands.submit(_make_sender, layout),
            hands.submit(_set_targets, layout),
            *(hands.submit(_make_person, layout, role, password) for role, password in people.items()),
        ]
    for step in steps:
        step.result()


def _make_sender(layout: Layout) -> None:
    path = layout.secrets / "borough.token"
    if not path.exists():
        arguments = ["token", "create", "--authority", AUTHORITY, "--system", SYSTEM]
        write_secret(path, output_of(layout, "intake", arguments))


def _set_targets(layout: Layout) -> None:
    output_of(layout, "gateway", ["demonstration", "--authority", AUTHORITY])


def _make_person(layout: Layout, role: str, password: str) -> None:
    """A person is called as their role; `--replace` gives one who is there already the password that is kept."""
    arguments = ["user", "create", role, "--role", role, "--authority", AUTHORITY, "--password-stdin", "--replace"]
    output_of(layout, "gateway", arguments, given=password + "\n")
