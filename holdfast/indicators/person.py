"""Date of birth and sex, as the standing admissions give them. Which admission opened what plays no part."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from holdfast.contracts.facts import Fact, canonical_data
from holdfast.indicators.findings import Finding, found

Value = TypeVar("Value", int, str)


def date_of_birth_of(admissions: Sequence[Fact], findings: list[Finding]) -> int | None:
    """An ordinal, or None where no admission gives it."""
    given = _latest(admissions, _date_of_birth, "date-of-birth-disagrees", findings)
    if given is None:
        findings.append(found("no-date-of-birth"))
    return given


def sex_of(admissions: Sequence[Fact], findings: list[Finding]) -> str | None:
    """`male`, `female`, or None where no admission gives it."""
    return _latest(admissions, _sex, "sex-disagrees", findings)


def _date_of_birth(fact: Fact) -> int | None:
    return fact.date_of_birth


def _sex(fact: Fact) -> str | None:
    """`unknown` gives none."""
    return None if fact.sex == "unknown" else fact.sex


def _latest(
    admissions: Sequence[Fact], value_of: Callable[[Fact], Value | None], disagrees: str, findings: list[Finding]
) -> Value | None:
    """What the admission recorded last gives; where equal the later one, then the greater canonical data."""
    if len(admissions) == 1:
        return value_of(admissions[0])
    giving = [fact for fact in admissions if value_of(fact) is not None]
    if not giving:
        return None
    last = max((fact.recorded_at, fact.on or 0) for fact in giving)
    at_last = [fact for fact in giving if (fact.recorded_at, fact.on or 0) == last]
    latest = at_last[0] if len(at_last) == 1 else max(at_last, key=canonical_data)
    others = [fact for fact in giving if value_of(fact) != value_of(latest)]
    if others:
        findings.append(found(disagrees, others[0].on, others[0]))
    return value_of(latest)
