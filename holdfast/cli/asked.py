"""What the commands that explain are asked about: an indicator and a child, or a sentence that says which there are."""

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

from holdfast.cli.offline import Offline
from holdfast.cli.returns_asked import give_up
from holdfast.indicators.catalogue import INDICATORS

_SHOWN = 5


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
