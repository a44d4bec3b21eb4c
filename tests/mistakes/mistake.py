"""What a deliberate mistake is. How it is made and judged is in `__main__`."""

from typing import NamedTuple


class Mistake(NamedTuple):
    """`what` is the mistake in words, `caught_by` the case of the spec tables that the engine then
    fails, or another test as pytest names it.

    It is made by putting `wrong` where `right` is in a file of `holdfast/indicators`, where it is once.
    """

    what: str
    where: str
    right: str
    wrong: str
    caught_by: str
