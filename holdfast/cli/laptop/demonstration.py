"""The demonstration: its clock, a sender's token for each borough, three people who may sign in, and their targets.

Made once and found again at every later start. Uses the services' own commands; does nothing behind their backs.
"""

import json
import secrets
import subprocess
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from holdfast.cli.forward import output_of
from holdfast.cli.laptop.boroughs import AUTHORITY, Living
from holdfast.cli.laptop.credentials import kept, write_secret
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import Layout
from holdfast.runtime.clock import A_DAY_A_MINUTE, read_course, write_clock

SYSTEM = "borough"
ROLES = ("manager", "analyst", "steward", "operator")
_BEHIND = timedelta(days=180)


def set_clock(layout: Layout, pace: float | None, boroughs: Sequence[Living] = ()) -> None:
    """Sets the platform's clock at the first start to 180 days ago; it becomes the system's once it has come so far.

    Where a borough is like a council whose figures were printed, it begins with the first month of those. `pace` is in
    days a minute, one where it is not said; said at a later start, it holds from then on.
    """
    rate = A_DAY_A_MINUTE * (1 if pace is None else pace)
    if read_course(layout.home) is None:
        begins_at = [living.like.begins_at for living in boroughs if living.like]
        write_clock(layout.home, min([datetime.now(UTC) - _BEHIND, *begins_at]), rate, catch_up=True)
    elif pace is not None:
        write_clock(layout.home, None, rate, catch_up=True)


def make_demonstration(layout: Layout, boroughs: Sequence[Living]) -> dict[str, str]:
    """Makes what is missing; returns the password of each person. Raises CannotRun.

    Every step may be repeated, so one that was cut short is simply done again at the next start.
    """
    people = _passwords(layout)
    made = layout.run / "demonstration.made"
    senders = [living for living in boroughs if not living.token_file(layout).exists()]
    if senders or not made.exists():
        try:
            _make(layout, people, senders)
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


def _make(layout: Layout, people: dict[str, str], senders: Sequence[Living]) -> None:
    # Each command is a process of its own and takes a second or two: side by side they take half of that.
    with ThreadPoolExecutor(max_workers=3) as hands:
        steps: list[Future[None]] = [
            *(hands.submit(_make_sender, layout, living) for living in senders),
            hands.submit(_set_targets, layout),
            *(hands.submit(_make_person, layout, role, password) for role, password in people.items()),
        ]
    for step in steps:
        step.result()


def _make_sender(layout: Layout, living: Living) -> None:
    arguments = ["token", "create", "--authority", living.authority, "--system", SYSTEM]
    write_secret(living.token_file(layout), output_of(layout, "intake", arguments))


def _set_targets(layout: Layout) -> None:
    output_of(layout, "gateway", ["demonstration", "--authority", AUTHORITY])


def _make_person(layout: Layout, role: str, password: str) -> None:
    """A person is called as their role; `--replace` gives one who is there already the password that is kept."""
    arguments = ["user", "create", role, "--role", role, "--authority", AUTHORITY, "--password-stdin", "--replace"]
    output_of(layout, "gateway", arguments, given=password + "\n")
