"""The legal statuses of a period of care: how it begins, and what the courts make of it."""

from datetime import date, timedelta
from random import Random

from holdfast.cli.borough import rates
from holdfast.cli.borough.chance import some_days
from holdfast.cli.borough.courses import Period
from holdfast.cli.borough.families import Child, Family

# From which day on, which status: the first from the admission on.
Statuses = list[tuple[date, str]]


def statuses(random: Random, family: Family, child: Child, period: Period) -> Statuses:
    """Every status of a period, in the order of its days, each on a day of its own."""
    if family.kind == "breaks":
        return _of_breaks(random, period)
    if family.kind == "alone":
        return [(period.begins_on, "V2")]
    route = family.route if period.begins_on == child.admitted_on else rates.ROUTES.draw(random)
    if route == "J1" and child.age_on(period.begins_on) < 13:
        route = "V2"
    made = [(period.begins_on, route), *_later(random, period, route)]
    return [(day, status) for day, status in made if day < period.ends_on]


def _later(random: Random, period: Period, route: str) -> Statuses:
    day, made = period.begins_on, []
    if route in ("L1", "L2"):
        day += timedelta(random.randint(1, 3) if route == "L1" else random.randint(5, 8))
        made.append((day, "C1" if random.random() < 0.8 else "V2"))
    elif route == "J1":
        return [(day + timedelta(random.randint(20, 90)), "V2")]
    elif route == "V2":
        if period.plan == "soon" or random.random() > rates.TO_COURT_LATER:
            return []
        least, mean = rates.TO_COURT_DAYS
        day += timedelta(some_days(random, mean, least=least))
        made.append((day, "C1"))
    least, mean = rates.FINAL_HEARING_DAYS
    day += timedelta(some_days(random, mean, least=least, most=400))
    # Where there is a guardian to be, the last hearing makes them one, and that ends care.
    if period.plan in ("adoption", "long", "later"):
        made.append((day, "E1" if period.plan == "adoption" else "C2"))
    return made


def _of_breaks(random: Random, period: Period) -> Statuses:
    """Now and then an agreement on breaks turns into care without a break between."""
    into_care = period.begins_on + timedelta((period.ends_on - period.begins_on).days // 2)
    if period.plan == "V4" and into_care > period.begins_on and random.random() < rates.BREAKS_TO_CARE:
        return [(period.begins_on, "V4"), (into_care, "V2")]
    return [(period.begins_on, period.plan)]


def status_on(held: Statuses, day: date) -> str:
    """What holds on a day."""
    return [status for since, status in held if since <= day][-1]
