"""How long each child of the borough is looked after, and how that ends: periods of care, drawn before all else.

So that who left before anybody asks need not be drawn at all.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from msgspec import Struct

from holdfast.cli.borough import rates
from holdfast.cli.borough.chance import some_days
from holdfast.cli.borough.families import Child, Family

# From this day on the reasons for special guardianship are told apart by who the guardian is.
_GUARDIANS_TOLD_APART = date(2019, 4, 1)


class Period(Struct, frozen=True):
    """A period of care, half-open, with the plan it was begun under and the reason for its end (a REC code)."""

    begins_on: date
    ends_on: date
    plan: str
    reason: str


def courses(random: Random, family: Family) -> list[list[Period]]:
    """Every period of care of each of the family's children."""
    if family.kind == "breaks":
        return [_breaks(random, family.children[0])]
    made: list[list[Period]] = []
    for child in family.children:
        made.append(_course(random, family, child, made[0] if made else None))
    return made


def _course(random: Random, family: Family, child: Child, elder: list[Period] | None) -> list[Period]:
    periods: list[Period] = []
    begins_on = child.admitted_on
    while True:
        with_elder = elder[len(periods)] if elder and len(elder) > len(periods) else None
        period = _period(random, family, child, begins_on, with_elder)
        periods.append(period)
        least, mean = rates.BACK_AFTER_DAYS
        begins_on = period.ends_on + timedelta(some_days(random, mean, least=least, most=900))
        home = period.reason in ("E4A", "E4B", "E13", "E41")
        back = home and random.random() < rates.COMES_BACK and begins_on + timedelta(60) < child.grown_on
        if not back or len(periods) == rates.MOST_PERIODS:
            return periods


def _period(random: Random, family: Family, child: Child, begins_on: date, elder: Period | None) -> Period:
    if family.kind == "alone":
        return _alone(random, child, begins_on)
    if elder is not None and _may_share(child, begins_on, elder) and random.random() < rates.SAME_PLAN:
        return Period(begins_on, elder.ends_on, elder.plan, elder.reason)
    age = child.age_on(begins_on)
    plan = next(shares for since, shares in reversed(rates.PLANS.items()) if since <= age).draw(random)
    if plan == "long":
        return _long(random, child, begins_on)
    least, mean, most = rates.SPANS[plan]
    ends_on = begins_on + timedelta(some_days(random, mean, least=least, most=most))
    if ends_on >= child.grown_on:
        return _grown(random, child, begins_on)
    return Period(begins_on, ends_on, plan, _reason(random, plan, ends_on))


def _may_share(child: Child, begins_on: date, elder: Period) -> bool:
    """Whether a brother's or sister's plan, and the day it ends, could be this child's too."""
    fits = elder.plan in rates.SPANS and (elder.plan != "adoption" or child.age_on(begins_on) < 8)
    return fits and begins_on + timedelta(1) < elder.ends_on < child.grown_on


def _long(random: Random, child: Child, begins_on: date) -> Period:
    ends_on = begins_on + timedelta(some_days(random, rates.LONG_MEAN_DAYS, least=400))
    if ends_on >= child.grown_on:
        return _grown(random, child, begins_on)
    reason = rates.LONG_ENDS.draw(random)
    if reason == "E9" and child.age_on(ends_on) < 14:
        reason = "home"
    return Period(begins_on, ends_on, "long", _reason(random, reason, ends_on))


def _grown(random: Random, child: Child, begins_on: date) -> Period:
    return Period(begins_on, child.grown_on, "long", rates.AT_EIGHTEEN.draw(random))


def _alone(random: Random, child: Child, begins_on: date) -> Period:
    reason = rates.ALONE_ENDS.draw(random)
    ends_on = begins_on + timedelta(some_days(random, 120, least=8))
    if reason == "18" or ends_on >= child.grown_on:
        return _grown(random, child, begins_on)
    return Period(begins_on, ends_on, reason, "E8" if reason == "gone" else reason)


def _reason(random: Random, plan: str, on: date) -> str:
    if plan == "adoption":
        return rates.ADOPTED.draw(random)
    if plan == "guardian":
        reason = rates.GUARDIANS[random.choice(("relative", "carer"))].draw(random)
        if on < _GUARDIANS_TOLD_APART:
            return "E43" if reason in ("E45", "E46") else "E44"
        return reason
    return rates.HOME.draw(random) if plan in ("soon", "later", "home") else plan


def _breaks(random: Random, child: Child) -> list[Period]:
    """An agreement over some years (V4), or a series of breaks each for itself (V3)."""
    if random.random() < rates.BREAKS_AGREED:
        ends_on = min(child.grown_on, child.admitted_on + timedelta(some_days(random, 900, least=90)))
        return [Period(child.admitted_on, ends_on, "V4", "E8")]
    periods: list[Period] = []
    day = child.admitted_on
    for _ in range(random.randint(3, 14)):
        back_on = day + timedelta(random.randint(1, 4))
        if back_on >= child.grown_on:
            break
        periods.append(Period(day, back_on, "V3", "E8"))
        day = back_on + timedelta(random.randint(20, 60))
    return periods


def left_on(course: Sequence[Period]) -> date:
    """The day the last period ended."""
    return course[-1].ends_on
