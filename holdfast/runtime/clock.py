"""The platform's one clock: the system's, or in demonstrations and tests a file that says how time runs there.

It governs today, midnight, what was known when, and alerts. Tokens, sessions and retries use the real clock.
"""

import os
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

LONDON = ZoneInfo("Europe/London")
FILE_NAME = "clock.json"
# Its seconds in a real one.
A_DAY_A_MINUTE = 1440.0
_LOOK_AGAIN_SECONDS = 0.2


class Course(Struct, frozen=True):
    """How time runs: at the real instant `anchor` it was `instant`, and since then `rate` seconds pass in each.

    With `catch_up`, it becomes the system's once it has reached it.
    """

    anchor: datetime
    instant: datetime
    rate: float
    catch_up: bool = True

    def at(self, real: datetime) -> datetime:
        """The platform's instant at a real one."""
        told = self.instant + (real - self.anchor) * self.rate
        return real if self.catch_up and told >= real else told

    def real_at(self, told: datetime) -> datetime:
        """The real instant at which the platform reaches `told`."""
        real = self.anchor + (told - self.instant) / self.rate if self.rate > 0 else datetime.max.replace(tzinfo=UTC)
        return told if self.catch_up and told >= real else real


class Clock:
    """Reads the time. `home` is the folder of the clock file; None is the system's clock."""

    def __init__(self, home: Path | None = None) -> None:
        self._file = None if home is None else home / FILE_NAME
        self._course: Course | None = None
        self._looked_at = float("-inf")
        # A course that is set anew begins where whoever sets it reads the clock, up to a look behind the others.
        self._told = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The instant, in UTC."""
        real = datetime.now(UTC)
        course = self._read()
        if course is None:
            return real
        self._told = max(self._told, course.at(real))
        return self._told

    def today(self) -> date:
        """The date in Europe/London."""
        return london_date(self.now())

    def instant(self) -> str:
        """The instant as RFC 3339 text in UTC."""
        return self.now().isoformat().replace("+00:00", "Z")

    def real_seconds_until(self, told: datetime) -> float:
        """How many real seconds it takes until the platform reads `told`; 0 where it has passed."""
        course = self._read()
        real = told if course is None else course.real_at(told)
        return max(0.0, (real - datetime.now(UTC)).total_seconds())

    def _read(self) -> Course | None:
        if self._file is None:
            return None
        if time.monotonic() - self._looked_at > _LOOK_AGAIN_SECONDS:
            self._course = read_course(self._file.parent)
            self._looked_at = time.monotonic()
        return self._course


def read_course(home: Path) -> Course | None:
    """What the clock file under `home` says; None where there is none."""
    try:
        return msgspec.json.decode((home / FILE_NAME).read_bytes(), type=Course)
    except FileNotFoundError:
        return None


def write_clock(home: Path, instant: datetime | None, rate: float, *, catch_up: bool) -> None:
    """Set how time runs from now on, from an instant or from what the clock reads now.

    Raises ValueError where that would go back: what was known can't be unknown.
    """
    reads = Clock(home).now()
    if rate < 0 or (instant is not None and read_course(home) is not None and instant < reads):
        raise ValueError("the platform's clock never goes back: give an instant after the one it reads now")
    course = Course(datetime.now(UTC), instant or reads, rate, catch_up)
    handle, name = tempfile.mkstemp(dir=home)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(course))
    Path(name).chmod(0o644)
    Path(name).replace(home / FILE_NAME)


def london_date(instant: datetime) -> date:
    """The calendar day in Europe/London of an instant."""
    return instant.astimezone(LONDON).date()


def next_midnight(instant: datetime) -> datetime:
    """The instant, in UTC, at which the next day begins in Europe/London."""
    tomorrow = london_date(instant) + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=LONDON).astimezone(UTC)
