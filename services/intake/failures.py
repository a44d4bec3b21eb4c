"""The two ways in which intake itself may fail an honest sender: something it needs is away, or its keys don't fit."""


class Unavailable(Exception):
    """The broker, the database or the register is away: nothing was acknowledged, the sender sends again."""


class KeysDiffer(Exception):
    """The last events of an authority carry the fingerprint of other keys than the database holds."""
