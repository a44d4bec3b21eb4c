"""Missing and away without authorisation: most children never go, a few go often; some only come home late."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from holdfast.cli.borough import rates
from holdfast.cli.borough.chance import some_days
from holdfast.cli.borough.courses import Period
from holdfast.cli.borough.families import Child, birthday
from holdfast.cli.borough.lives import Absence

_FROM_AGE = 11
# Of those who go at all, at these hours: (first hour, hours after it).
_EVENING, _CURFEW = (15, 11), (21, 4)


def absences_of(random: Random, child: Child, course: list[Period], temper: str) -> list[Absence]:
    """Every episode in every period of care, in order within a kind; none overlaps another of its kind."""
    goes = rates.GOES_MISSING[temper].draw(random)
    breaks_curfew = random.random() < rates.BREAKS_CURFEW
    found: list[Absence] = []
    for period in course:
        if goes != "never" and period.plan not in ("V3", "V4"):
            found += _episodes(random, child, period, "M", rates.GOES_EVERY_DAYS[goes], _EVENING, len(found))
        if breaks_curfew and period.plan not in ("V3", "V4"):
            found += _episodes(random, child, period, "A", rates.CURFEW_EVERY_DAYS, _CURFEW, len(found))
        if period.reason == "E8" and period.plan == "gone":
            found.append(_never_found(random, period, len(found)))
    return found


def _episodes(
    random: Random, child: Child, period: Period, kind: str, every_days: float, hours: tuple[int, int], known: int
) -> list[Absence]:
    day = max(period.begins_on, birthday(child.born_on, _FROM_AGE))
    # Who is gone for good at the end was not about to be found.
    until = period.ends_on - timedelta(80 if period.plan == "gone" else 1)
    found: list[Absence] = []
    while (day := day + timedelta(some_days(random, every_days, least=1))) < until:
        first, after = hours
        begins_at = datetime.combine(day, time(), UTC) + timedelta(
            hours=first + random.randrange(after), minutes=random.randrange(60)
        )
        lasts = min(random.lognormvariate(*rates.AWAY_HOURS), rates.LONGEST_HOURS)
        ends_at = begins_at + timedelta(minutes=20 + int(lasts * 60))
        if ends_at >= datetime.combine(period.ends_on, time(), UTC):
            break
        name = f"missing-{known + len(found) + 1}"
        found.append(Absence(name, kind, begins_at, ends_at, _interview(random, ends_at)))
        day = ends_at.date()
    return found


def _never_found(random: Random, period: Period, known: int) -> Absence:
    """Gone until care ends for that reason."""
    days = min((period.ends_on - period.begins_on).days - 1, random.randint(28, 55))
    begins_at = datetime.combine(period.ends_on - timedelta(max(days, 1)), time(9, random.randrange(60)), UTC)
    return Absence(f"missing-{known + 1}", "M", begins_at, datetime.combine(period.ends_on, time(9), UTC))


def _interview(random: Random, ends_at: datetime) -> dict[str, Any] | None:
    """The conversation offered within three days, where one is."""
    if random.random() > rates.INTERVIEW_OFFERED:
        return None
    offered_on: date = (ends_at + timedelta(random.randint(0, 2))).date()
    accepted = random.random() < rates.INTERVIEW_ACCEPTED
    said: dict[str, Any] = {"offered_on": offered_on.isoformat(), "accepted": accepted}
    return said | {"held_on": (offered_on + timedelta(random.randint(0, 2))).isoformat()} if accepted else said
