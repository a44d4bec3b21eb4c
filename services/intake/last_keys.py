"""Which keys the last events on the broker were made with: read so far back from the partitions' ends and no more."""

from collections.abc import Iterable

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from msgspec import Struct

from holdfast.contracts.topics import EVENTS, partition_of
from holdfast.runtime.kafka import consumer
from services.intake.failures import Unavailable


class _Keyed(Struct):
    keyid: str


_decoder = msgspec.json.Decoder(_Keyed)


async def last_keyids(bootstrap: str, authorities: Iterable[str], partitions: int, look_back: int) -> dict[str, str]:
    """The keyid of the last event of each authority, of those among the last `look_back` records of their partition.

    Raises Unavailable where the broker is away.
    """
    wanted = set(authorities)
    numbers = sorted({partition_of(authority, partitions) for authority in wanted})
    reader = consumer(bootstrap)
    try:
        await reader.start()
        tails = [TopicPartition(EVENTS, number) for number in numbers]
        reader.assign(tails)
        return await _read(reader, tails, wanted, look_back)
    except (KafkaError, OSError) as error:
        raise Unavailable("the broker") from error
    finally:
        await reader.stop()


async def _read(
    reader: AIOKafkaConsumer, tails: list[TopicPartition], wanted: set[str], look_back: int
) -> dict[str, str]:
    begins, ends = await reader.beginning_offsets(tails), await reader.end_offsets(tails)
    for tail in tails:
        reader.seek(tail, max(begins[tail], ends[tail] - look_back))
    found: dict[str, str] = {}
    for tail in tails:
        while await reader.position(tail) < ends[tail]:
            for record in (await reader.getmany(tail, timeout_ms=500)).get(tail, ()):
                authority = bytes(record.key or b"").partition(b"/")[0].decode(errors="replace")
                if record.value is not None and authority in wanted:
                    _note(found, authority, record.value)
    return found


def _note(found: dict[str, str], authority: str, value: bytes) -> None:
    try:
        found[authority] = _decoder.decode(value).keyid
    except msgspec.MsgspecError:
        # Not an event of ours; what reads the topic will say so.
        return
