"""What was seen lately, so much and no more: it saves asking again, and is never the only place that knows."""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)


class Recent(Generic[Item]):
    """A set of at most `most` items; where it is full, the half that has not been asked for the longest goes."""

    def __init__(self, most: int) -> None:
        self._young: set[Item] = set()
        self._old: set[Item] = set()
        self._half = max(1, most // 2)

    def __contains__(self, item: Item) -> bool:
        if item in self._young:
            return True
        if item in self._old:
            self._add(item)
            return True
        return False

    def update(self, items: Iterable[Item]) -> None:
        """Remember these."""
        for item in items:
            self._add(item)

    def clear(self) -> None:
        """Forget everything."""
        self._young, self._old = set(), set()

    def _add(self, item: Item) -> None:
        if len(self._young) >= self._half:
            self._old, self._young = self._young, set()
        self._young.add(item)
