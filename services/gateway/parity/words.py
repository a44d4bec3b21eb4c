"""How it is worded that stream and register agree, or don't: where, and never an integer."""

from services.gateway.parity.check import Agreement
from services.gateway.presentation import instant_words, words

WELL = frozenset({"agreed", "behind", "waiting"})
_SAYS = {
    "behind": "the register has not read as far as the stream yet",
    "waiting": "the stream is saying its figures just now",
    "unanswered": "the register did not answer",
    "other-definitions": "they count by different definitions, so give both the same HOLDFAST_CHOICES",
}


def in_words(agreement: Agreement) -> str:
    """How an authority stands, as one sentence without a figure."""
    last = f"last agreed at {instant_words(agreement.agreed_at)}" if agreement.agreed_at else "not agreed yet"
    if agreement.state == "agreed":
        return f"Stream and register {last.removeprefix('last ')}"
    if agreement.cells:
        cells = sum(agreement.cells.values())
        named = ", ".join(words(indicator).title for indicator in agreement.cells)
        return f"Stream and register differ in {cells:,} {'cell' if cells == 1 else 'cells'} of {named}; {last}"
    return f"Stream and register not compared: {_SAYS[agreement.state]}; {last}"


def is_well(agreement: Agreement) -> bool:
    """Whether there is nothing for an operator to do."""
    return agreement.state in WELL and not agreement.cells
