"""`holdfast setup`: declares the topics, and makes the database with a role and a schema for each service. Repeatable.

Doesn't migrate: every service runs its own migrations.
"""

import asyncio

import asyncpg
import stamina
from aiokafka.errors import KafkaError
from msgspec import Struct
from pydantic import Field, SecretStr
from rich.console import Console

from holdfast.cli.laptop.faults import CannotRun
from holdfast.contracts.topics import Topic, topics
from holdfast.runtime import kafka, postgres
from holdfast.runtime.settings import ServiceSettings, load

_PATIENCE_SECONDS = 60.0
_DAY_MS = 24 * 60 * 60 * 1000


class TopicSettings(ServiceSettings):
    """For how long the broker keeps what has been erased or rejected; fixed when a topic is made."""

    port: int = Field(1, description="not used: this step listens on nothing")
    compaction_lag_ms: int = Field(_DAY_MS, description="within which time an erased statement is gone", ge=1000)
    tombstone_retention_ms: int = Field(
        30 * _DAY_MS, description="for how long a tombstone stays for whoever reads late", ge=1000
    )
    rejected_days: int = Field(30, description="days for which care.rejected keeps what was rejected", ge=1, le=3650)

    def declared(self, partitions: int) -> tuple[Topic, ...]:
        """Every topic, as these settings want it."""
        return tuple(
            topics(
                partitions,
                compaction_lag_ms=self.compaction_lag_ms,
                tombstone_retention_ms=self.tombstone_retention_ms,
                rejected_retention_days=self.rejected_days,
            )
        )


class SetupSettings(TopicSettings):
    """What the step is told. The passwords become those of the services' roles."""

    admin_url: SecretStr = Field(description="PostgreSQL address of an account that may make databases and roles")
    database_name: str = Field("holdfast", description="name of the database", pattern="^[a-z][a-z0-9_]*$")
    intake_password: SecretStr = Field(description="password of the role intake")
    placements_password: SecretStr = Field(description="password of the role placements")
    gateway_password: SecretStr = Field(description="password of the role gateway")
    replication: int = Field(1, description="copies of every topic", ge=1, le=7)


class Wanted(Struct, frozen=True):
    """What there shall be: topics at a broker, a database with a role and its password for each service."""

    bootstrap: str
    topics: tuple[Topic, ...]
    admin_url: str
    database: str
    passwords: dict[str, str]
    replication: int = 1


def setup() -> None:
    """Declare the topics and prepare the database; safe to repeat."""
    settings = load(SetupSettings)
    secrets = {
        "intake": settings.intake_password,
        "placements": settings.placements_password,
        "gateway": settings.gateway_password,
    }
    wanted = Wanted(
        bootstrap=settings.kafka,
        topics=settings.declared(settings.partitions),
        admin_url=settings.admin_url.get_secret_value(),
        database=settings.database_name,
        passwords={service: secret.get_secret_value() for service, secret in secrets.items()},
        replication=settings.replication,
    )
    made = asyncio.run(set_up(wanted))
    console = Console(highlight=False)
    console.print(f"topics made: {', '.join(made) or 'none, all were there'}")
    console.print(f"database {wanted.database}: a role and a schema each for {', '.join(wanted.passwords)}")


async def set_up(wanted: Wanted) -> list[str]:
    """Makes what is missing and returns the names of the topics made. Waits up to a minute for both. CannotRun."""
    try:
        made = await _declare(wanted)
        await _prepare(wanted)
    except ValueError as refused:
        raise CannotRun(f"{str(refused)[:1].upper()}{str(refused)[1:]}.") from refused
    except (KafkaError, OSError, asyncpg.PostgresError) as unavailable:
        raise CannotRun(f"The topics and the database could not be set up: {unavailable}") from unavailable
    return made


@stamina.retry(on=(KafkaError, OSError), attempts=None, timeout=_PATIENCE_SECONDS)
async def _declare(wanted: Wanted) -> list[str]:
    return await kafka.declare(wanted.bootstrap, wanted.topics, wanted.replication)


@stamina.retry(on=(OSError, asyncpg.CannotConnectNowError), attempts=None, timeout=_PATIENCE_SECONDS)
async def _prepare(wanted: Wanted) -> None:
    await postgres.prepare(wanted.admin_url, wanted.database, wanted.passwords)
