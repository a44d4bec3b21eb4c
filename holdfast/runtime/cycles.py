"""How often a process looks for cycles among its objects: seldom, where requests make very many and hardly a cycle."""

import gc

# At Python's usual pace, every 700 objects, looking took a seventh of an import and a fifth of a receipt.
_OBJECTS = 50_000


def look_for_cycles_seldom() -> None:
    """Once all is imported; what is there by then is not looked at again."""
    gc.freeze()
    gc.set_threshold(_OBJECTS)
