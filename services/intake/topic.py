"""Whether the topic of events is the one that the settings speak of. Reads no record."""

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from holdfast.contracts.topics import EVENTS
from services.intake.failures import PartitionsDiffer, Unavailable


async def check_partitions(bootstrap: str, partitions: int) -> None:
    """Raises PartitionsDiffer where the topic has another number of them, Unavailable where it cannot be asked."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        [told] = await admin.describe_topics([EVENTS])
    except (KafkaError, OSError) as error:
        raise Unavailable("the broker") from error
    finally:
        await admin.close()
    held = len(told["partitions"])
    if not held:
        raise Unavailable(f"the topic {EVENTS}")
    if held != partitions:
        raise PartitionsDiffer(
            f"{EVENTS} has {held} partitions and the settings say {partitions}: events would go where nobody looks for "
            "them. Set HOLDFAST_PARTITIONS to what it has."
        )
