"""A gateway over a real register that has read what was told of a topic of its own, and can be told more."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from pydantic import SecretStr

from holdfast.contracts.events import AnyEvent
from services.placements.app import build
from services.placements.settings import PlacementsSettings
from tests.integration.conftest import a_database, free_ports
from tests.integration.gateway_rig import Running, key_pair, running_gateway, serving
from tests.integration.placements_rig import PARTITIONS, Record, record_of, rigged


class Over(Struct, frozen=True):
    """The gateway, what puts records into the register's topic and waits until they are read, and its tables' rows."""

    gateway: Running
    send: Callable[[Sequence[Record]], None]
    # Of a query, those of an authority.
    rows: Callable[[str, str], list[Any]]

    def tell(self, *events: AnyEvent) -> None:
        self.send([record_of(event) for event in events])


@contextlib.contextmanager
def gateway_over_register(kafka: str, postgres_server: str, home: Path, told: Sequence[AnyEvent]) -> Iterator[Over]:
    """Both on a broker and databases that are real; ready, with what was told read."""
    port, fake, real = free_ports(3)
    private, public = key_pair()
    with a_database(postgres_server) as url, a_database(postgres_server) as other, asyncio.Runner() as runner:
        rigging = rigged(kafka, other)
        rig = runner.run(rigging.__aenter__())

        def send(records: Sequence[Record]) -> None:
            before = runner.run(rig.read_to())
            runner.run(rig.send_records(records))
            runner.run(rig.until_read(before + len(records)))

        def rows(query: str, authority: str) -> list[Any]:
            return runner.run(rig.rows(query, authority=authority))

        given: dict[str, Any] = {"kafka": kafka, "database_url": SecretStr(rig.url), "partitions": PARTITIONS}
        settings = PlacementsSettings(**given, trusted_keys={"gateway": public})
        with (
            serving(build(settings, rig.topic), real),
            running_gateway(
                kafka, url, home, (port, fake), signing_key=private, placements_url=f"http://127.0.0.1:{real}"
            ) as running,
        ):
            over = Over(running, send, rows)
            over.tell(*told)
            yield over
        runner.run(rigging.__aexit__(None, None, None))
