"""`holdfast dump`: every event of one authority that the broker holds, to a file for its owner's eyes alone.

Adds nothing up: `holdfast parity --dump` reads it.
"""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from holdfast.cli import dumped
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import layout_from
from holdfast.contracts.topics import EVENTS, partition_of
from holdfast.runtime import kafka

Authority = Annotated[str, typer.Option(help="The authority, by its nine-character code.")]
Broker = Annotated[
    str | None,
    typer.Option("--kafka", envvar="HOLDFAST_KAFKA", help="The broker, host:port; without it the one that runs here."),
]


def dump(
    authority: Authority,
    to: Annotated[Path, typer.Option(help="The file to write; it must not be there yet.")],
    broker: Broker = None,
) -> None:
    """Write every event of an authority, as the broker holds them now, to a file that only its owner may read."""
    made = asyncio.run(dump_of(broker_asked(broker), authority))
    dumped.write(made, to)
    cut = made.cut
    typer.echo(f"{to}: {len(made.records):,} records of {authority}, up to offset {cut.read_to:,} of {cut.topic}")
    typer.echo("It holds children's journeys by pseudonym: remove it when it has served.")


def broker_asked(broker: str | None) -> str:
    """The broker that is named, or the one of this machine."""
    return broker or layout_from(os.environ).bootstrap


async def dump_of(bootstrap: str, authority: str) -> dumped.Dump:
    """An authority's records up to the end of its partition as it is now. Raises CannotRun."""
    reader = kafka.consumer(bootstrap)
    try:
        await reader.start()
        partition = partition_of(authority, len(await kafka.partitions_of(reader, EVENTS)))
        mine = f"{authority}/".encode()
        records = [
            dumped.record_of(record.offset, record.key, record.value)
            async for record in kafka.read_to_end(reader, EVENTS, only=partition)
            if record.key is not None and record.key.startswith(mine)
        ]
        read_to = await reader.position(TopicPartition(EVENTS, partition))
    except (KafkaError, OSError) as error:
        raise CannotRun(f"The events can't be read from Kafka at {bootstrap}: {type(error).__name__}.") from error
    finally:
        await reader.stop()
    return dumped.Dump(dumped.Cut(EVENTS, partition, read_to, authority), records)
