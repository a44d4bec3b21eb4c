"""Which boroughs live on this machine's platform: under which authorities, and about how many children each has."""

from pathlib import Path

from msgspec import Struct

from holdfast.cli.borough.printed import PRINTED, Printed
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import Layout
from holdfast.contracts.authorities import authorities

# The authority of the demonstration; its people see its figures.
AUTHORITY = "E08000018"
CHILDREN = 400
MOST_CHILDREN = 100_000


class Living(Struct, frozen=True):
    """A borough that lives here: of so many children, or like a council whose figures were printed."""

    authority: str
    children: int = CHILDREN
    like: Printed | None = None

    @property
    def process(self) -> str:
        """The name of its process."""
        return "simulate" if self.authority == AUTHORITY else f"simulate-{self.authority}"

    def token_file(self, layout: Layout) -> Path:
        """Where its sender's token is kept."""
        return layout.secrets / f"{self.process.replace('simulate', 'borough')}.token"


def boroughs_from(text: str) -> tuple[Living, ...]:
    """`CODE`, `CODE:CHILDREN` or `CODE:NAME`, several with commas between. Raises CannotRun with one sentence."""
    living = tuple(_one(word.strip()) for word in text.split(",") if word.strip())
    codes = [one.authority for one in living]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        raise CannotRun(f"{twice} is asked for twice: an authority has one borough.")
    return living


def _one(word: str) -> Living:
    code, colon, which = word.partition(":")
    if code not in authorities():
        raise CannotRun(f"{code!r} is not the code of an English authority: write E08000018:400, for instance.")
    if not colon:
        return Living(code)
    if which in PRINTED:
        return Living(code, PRINTED[which].children, PRINTED[which])
    if not (which.isascii() and which.isdigit() and 0 < int(which) <= MOST_CHILDREN):
        raise CannotRun(
            f"{which!r} is neither a number of children from 1 to {MOST_CHILDREN:,} nor {' or '.join(PRINTED)}: "
            f"write {code}:400."
        )
    return Living(code, int(which))
