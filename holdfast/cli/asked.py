"""What the commands that need no service are asked: an indicator, a child, days, other readings of the definitions.

What there is not, or can't be read, ends the command with a sentence about what was typed.
"""

import re
from collections.abc import Collection
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from holdfast.cli.offline import FIRST_DAY, LAST_DAY, Offline, day_asked
from holdfast.cli.returns_asked import give_up
from holdfast.indicators.calendar import add_months, month_ends_after
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import Choices, choose

_SHOWN = 5
_MONTH = re.compile(r"\d{4}-\d{2}")


def indicator_asked(code: str) -> str:
    """The code, if there is such an indicator."""
    if code not in INDICATORS:
        give_up(f"There is no indicator {code}. {_like(code, INDICATORS)}They are: {', '.join(INDICATORS)}.")
    return code


def child_asked(child: str, offline: Offline) -> str:
    """The reference, if the returns have rows about the child."""
    if child not in offline.children:
        known = sorted(offline.children)
        some = f"They have {len(known):,} children, such as {', '.join(known[:_SHOWN])}."
        give_up(f"Child {child} is not in these returns. {_like(child, known)}{some}")
    return child


def _like(given: str, known: Collection[str]) -> str:
    near = get_close_matches(given, known, n=_SHOWN, cutoff=0.6)
    return f"Did you mean {' or '.join(near)}? " if near else ""


def where(offline: Offline, fact: str | None) -> str | None:
    """The file and row that a fact came from, `2017-episodes.csv row 12`; None where there is none."""
    origin = None if fact is None else offline.origins.get(fact)
    return None if origin is None else f"{Path(origin.file).name} {origin}"


def choices_asked(settings: list[str]) -> Choices:
    """The readings chosen by texts such as `eighteen=counted`; what is no choice ends the command with a sentence."""
    try:
        return choose(",".join(settings))
    except ValueError as trouble:
        give_up(f"--choose: {trouble}")


def days_asked(on: str | None, month_ends: str | None) -> list[date]:
    """The days of `--on` and `--month-ends`, each once, in order."""
    days = [day_asked(text, "--on") for text in (on or "").split(",") if text.strip()]
    if month_ends:
        days += map(date.fromordinal, _month_ends(month_ends))
    if not days:
        give_up("Say which days: --on 2018-03-31, or --month-ends 2017-04..2018-03.")
    return sorted(set(days))


def _month_ends(text: str) -> list[int]:
    first, _, last = (part.strip() for part in text.partition(".."))
    if not first or not last:
        give_up("--month-ends: write two months or two days, such as 2017-04..2018-03.")
    begins, ends = _days_of(first)[0], _days_of(last)[1]
    if ends < begins:
        give_up(f"--month-ends: {first} comes after {last}: write the earlier one first.")
    # That of the month in which the span begins is the first after the day before.
    found = [day for day in month_ends_after(begins - 1, (ends - begins) // 28 + 1) if day <= ends]
    if not found:
        give_up(f"--month-ends: no month ends from {first} to {last}. For other days there is --on.")
    return found


def _days_of(text: str) -> tuple[int, int]:
    """The first and the last day that a month or a day stands for."""
    is_month = _MONTH.fullmatch(text)
    try:
        day = date.fromisoformat(f"{text}-01" if is_month else text)
    except ValueError:
        give_up(f"--month-ends: {text!r} is neither a month nor a day: write it as 2018-03 or 2018-03-31.")
    if not FIRST_DAY <= day <= LAST_DAY:
        give_up(f"--month-ends: figures are read on days from {FIRST_DAY:%Y} to {LAST_DAY:%Y}, not in {text}.")
    begins = day.toordinal()
    return begins, add_months(begins, 1) - 1 if is_month else begins
