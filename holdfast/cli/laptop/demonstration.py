"""The demonstration authority: its clock, a sender's token, three people who may sign in, and its targets.

Made once and found again at every later start. Uses the services' own commands; does nothing behind their backs.
"""

import json
import secrets
import subprocess
from datetime import UTC, datetime, timedelta

from holdfast.cli.forward import output_of
from holdfast.cli.laptop.credentials import write_secret
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
    """Makes what is missing; returns the password of each person. Raises CannotRun."""
    try:
        _make_sender(layout)
        people = _make_people(layout)
        output_of(layout, "gateway", ["demonstration", "--authority", AUTHORITY])
    except subprocess.CalledProcessError as failed:
        said = (failed.stderr or failed.stdout or "").strip().splitlines()
        reason = said[-1] if said else f"it ended with {failed.returncode}"
        raise CannotRun(f"The demonstration could not be made: {reason}") from failed
    return people


def _make_sender(layout: Layout) -> None:
    path = layout.secrets / "borough.token"
    if not path.exists():
        arguments = ["token", "create", "--authority", AUTHORITY, "--system", SYSTEM]
        write_secret(path, output_of(layout, "intake", arguments))


def _make_people(layout: Layout) -> dict[str, str]:
    """People and their passwords are kept together, one after the other, so that a start cut short goes on there."""
    path = layout.secrets / "demonstration.json"
    people: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    for role in ROLES:
        if role not in people:
            password = secrets.token_hex(8)
            arguments = [
                "user",
                "create",
                role,
                "--role",
                role,
                "--authority",
                AUTHORITY,
                "--password-stdin",
                "--replace",
            ]
            output_of(layout, "gateway", arguments, given=password + "\n")
            people[role] = password
            write_secret(path, json.dumps(people))
    return people
