"""How intake itself may fail an honest sender: something is away, or doesn't fit what is on the topic."""


class Unavailable(Exception):
    """The broker, the database or the register is away: nothing was acknowledged, the sender sends again."""


class KeysDiffer(Exception):
    """The last events of an authority carry the fingerprint of other keys than the database holds."""


class PartitionsDiffer(Exception):
    """The topic has another number of partitions than the settings say: intake must not open."""
