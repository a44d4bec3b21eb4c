"""The register against a real broker and a real database: what is written, once, with its offsets, and by whom."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime

import asyncpg
import msgspec
import pytest

from holdfast.contracts.events import AnyEvent, encode_event, record_key, statement_hash
from holdfast.contracts.topics import Topic
from holdfast.runtime import kafka, postgres
from services.placements import consumer, store
from services.placements.domain import Batch
from tests import factories
from tests.integration.placements_rig import (
    PARTITIONS,
    Record,
    Rig,
    drop,
    reading,
    record_of,
    rigged,
    until,
)

HERE, THERE = "E08000018", "E08000016"


@pytest.fixture
async def rig(kafka: str, postgres_url: str) -> AsyncIterator[Rig]:
    async with rigged(kafka, postgres_url) as made:
        yield made


def life(child: str = "child", authority: str = HERE) -> list[AnyEvent]:
    return [
        factories.admitted("2017-01-05", child=child, authority=authority),
        factories.moved("2017-03-09", child=child, authority=authority),
        factories.missing("2017-07-01T22:30:00Z", "2017-07-03T08:00:00Z", child=child, authority=authority),
        factories.discharged("2017-09-01", child=child, authority=authority),
    ]


def received(event: AnyEvent, at: str) -> AnyEvent:
    return msgspec.structs.replace(event, receivedtime=at)


async def test_each_different_statement_is_held_once_with_both_clocks_and_the_whole_event(rig: Rig) -> None:
    moved = factories.moved("2017-03-09", recorded="2017-03-10T09:00:00.000001Z", receivedtime="2017-03-11T10:00:00Z")
    await rig.send(*life(), moved, *life())
    async with reading(rig.source()):
        await rig.until_read(9)
    assert await rig.rows("SELECT count(*) FROM statements") == [(5,)]
    held = await rig.rows(
        "SELECT child, happened_on, recorded_at, received_at, type, system, by_steward, event FROM statements "
        "WHERE statement = $1",
        bytes.fromhex(statement_hash(moved)),
    )
    assert held == [
        (
            moved.subject,
            date(2017, 3, 9),
            datetime(2017, 3, 10, 9, 0, 0, 1, tzinfo=UTC),
            datetime(2017, 3, 11, 10, tzinfo=UTC),
            "care.placement-move.v1",
            "liquidlogic",
            False,
            encode_event(moved),
        )
    ]
    assert await rig.rows("SELECT authority, statements FROM authorities") == [(HERE, 5)]


async def test_a_repeated_delivery_keeps_the_first_receipt_and_the_first_offset(rig: Rig) -> None:
    first = received(factories.admitted("2017-01-05"), "2017-02-02T00:00:00Z")
    earlier, later = received(first, "2017-02-01T00:00:00Z"), received(first, "2017-02-03T00:00:00Z")
    async with reading(rig.source()):
        await rig.send(first, later)
        await rig.until_read(2)
        await rig.send(earlier, later)
        await rig.until_read(4)
    held = await rig.rows('SELECT received_at, "offset" FROM statements')
    assert held == [(datetime(2017, 2, 2, tzinfo=UTC), 0)]
    assert await rig.rows("SELECT changed_to, statements FROM authorities") == [(1, 1)]


async def test_what_fails_before_its_commit_leaves_neither_a_statement_nor_an_offset(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = 2
    move = store.Writer._move

    async def cut(self: store.Writer, topic: str, read: dict[int, tuple[int, int]]) -> None:
        nonlocal fails
        await move(self, topic, read)
        if fails:
            fails -= 1
            # The connection dies with everything written and nothing committed.
            self._connection.terminate()
            assert await rig.rows("SELECT count(*) FROM statements") == [(0,)]
            assert await rig.read_to() == 0
            raise ConnectionResetError

    monkeypatch.setattr(store.Writer, "_move", cut)
    await rig.send(*life(), *life("another"))
    async with reading(rig.source()) as register:
        await rig.until_read(8)
        assert register.faults() == []
    assert fails == 0
    assert await rig.rows("SELECT count(*), count(DISTINCT statement) FROM statements") == [(8, 8)]


async def test_a_register_that_is_ended_anywhere_begins_where_it_committed(rig: Rig) -> None:
    await rig.send(*(event for number in range(100) for event in life(f"child {number}")))
    while (before := await rig.read_to()) < 400:
        async with reading(rig.source(batch_records=7)):
            await until(rig.read_to, before.__lt__)
    assert await rig.rows("SELECT count(*) FROM statements") == [(400,)]
    assert await rig.rows("SELECT statements FROM authorities") == [(400,)]


async def test_one_instance_writes_and_another_takes_over(rig: Rig) -> None:
    await rig.send(*life())
    async with reading(rig.source()) as second_to_be:
        await rig.until_read(4)
        async with reading(rig.source()) as waiting:
            await until(lambda: waiting.state == "waiting")
            assert waiting.faults() == []
            assert second_to_be.state == "reading"
    async with reading(rig.source()) as successor:
        await rig.send(*life("another"))
        await rig.until_read(8)
        assert successor.state == "reading"
    assert await rig.rows("SELECT count(*) FROM statements") == [(8,)]


async def test_a_writer_that_another_has_overtaken_writes_nothing(rig: Rig) -> None:
    await rig.send(*life())
    async with reading(rig.source()):
        await rig.until_read(4)
    async with store.writer(rig.url) as late:
        # The database may notice a moment later that the reader has gone.
        await until(late.take)
        with pytest.raises(store.OutOfStep):
            await late.write(rig.topic, Batch({}, {}), {0: (77, 99)})


async def test_a_tombstone_removes_its_statement_and_a_later_one_may_come_again(rig: Rig) -> None:
    told, other = factories.admitted("2017-01-05"), factories.admitted("2017-01-05", child="another")
    partition, key, value = record_of(told)
    tombstone: Record = (partition, key, None)
    async with reading(rig.source()):
        await rig.send_records([tombstone, (partition, key, value), record_of(other)])
        await rig.until_read(3)
        assert await rig.rows("SELECT count(*) FROM statements") == [(2,)]
        await rig.send_records([tombstone, tombstone])
        await rig.until_read(5)
        assert await rig.rows("SELECT child FROM statements") == [(other.subject,)]
        assert await rig.rows("SELECT erased_to, statements FROM authorities") == [(5, 1)]
        await rig.send_records([(partition, key, value), tombstone, (partition, key, value)])
        await rig.until_read(8)
    assert await rig.rows('SELECT "offset" FROM statements WHERE child = $1', told.subject) == [(7,)]
    assert await rig.rows("SELECT statements FROM authorities") == [(2,)]


@pytest.mark.parametrize(
    "poison",
    [
        lambda good: (good[0], good[1], b"{"),
        lambda good: (good[0], b"no/such-key", good[2]),
        lambda good: (1 - good[0], good[1], good[2]),
        lambda good: (good[0], record_key(factories.admitted("2017-01-06", child="another")), good[2]),
    ],
    ids=["not an event", "not a key", "another partition", "another child"],
)
async def test_a_record_that_cannot_be_read_stops_the_reading_and_says_where(
    rig: Rig, poison: Callable[[Record], Record]
) -> None:
    await rig.send(*life())
    async with reading(rig.source()) as register:
        await rig.until_read(4)
        await rig.send_records([poison(record_of(life()[0]))])
        await until(lambda: register.state == "stopped")
        assert "offset" in register.faults()[0]
        assert factories.pseudonym("child") not in register.faults()[0]
    assert await rig.read_to() == 4
    # Another may try: it holds no lock.
    async with store.writer(rig.url) as next_one:
        assert await next_one.take()


async def test_a_topic_that_was_made_anew_is_refused(rig: Rig) -> None:
    await rig.send(*life())
    async with reading(rig.source()):
        await rig.until_read(4)
    await rig.rows("UPDATE offsets SET read_to = read_to + 1000 RETURNING 1")
    async with reading(rig.source()) as register:
        await until(lambda: register.state == "stopped")
        assert "made anew" in register.faults()[0]


async def test_a_broker_that_knows_its_ends_late_is_waited_for(rig: Rig) -> None:
    await rig.send(*life())
    async with reading(rig.source()):
        await rig.until_read(4)
    await rig.rows("UPDATE offsets SET read_to = read_to + 1000 WHERE read_to > 0 RETURNING 1")
    async with reading(msgspec.structs.replace(rig.source(), remade_after_seconds=600)) as register:
        await until(lambda: register.state == "paused")
        await rig.rows("UPDATE offsets SET read_to = read_to - 1000 WHERE read_to > 0 RETURNING 1")
        await until(lambda: register.state == "reading")
    assert await rig.rows("SELECT count(*) FROM statements") == [(4,)]


async def test_a_topic_that_is_made_anew_while_it_is_read_stops_the_reading_and_loses_nothing(rig: Rig) -> None:
    await rig.send(*life())
    async with reading(rig.source()) as register:
        await rig.until_read(4)
        await drop(rig.bootstrap, rig.topic)
        await kafka.declare(rig.bootstrap, [Topic(rig.topic, PARTITIONS, {})])
        await until(lambda: register.state == "stopped")
        assert "made anew" in register.faults()[0] or "no longer" in register.faults()[0]
    assert await rig.rows("SELECT count(*) FROM statements") == [(4,)]


async def test_a_database_that_ends_every_connection_over_and_over_loses_and_doubles_nothing(
    rig: Rig, postgres_url: str
) -> None:
    events = [event for number in range(500) for event in life(f"child {number}")]
    superuser = await asyncpg.connect(postgres_url)
    async with reading(rig.source(batch_records=50)) as register:
        for turn in range(5):
            read = await rig.read_to()
            # Sent turn by turn, so that however fast the register is there is something for it to read.
            sending = asyncio.create_task(rig.send(*events[400 * turn : 400 * (turn + 1)]))
            await until(rig.read_to, read.__lt__)
            await superuser.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await sending
        await rig.send(*events[:100])
        await rig.until_read(2_100)
        await until(lambda: register.faults() == [])
    await superuser.close()
    assert await rig.rows("SELECT count(*) FROM statements") == [(2_000,)]
    assert await rig.rows("SELECT statements FROM authorities") == [(2_000,)]


async def test_no_role_sees_another_authority_however_it_asks(rig: Rig) -> None:
    await rig.send(*life(), *life(authority=THERE))
    async with reading(rig.source()):
        await rig.until_read(8)
    everything = "SELECT DISTINCT authority FROM statements"
    assert await rig.rows(everything, authority=HERE) == [(HERE,)]
    assert await rig.rows(f"{everything} WHERE authority = $1", THERE, authority=HERE) == []
    assert await rig.rows("SELECT authority FROM authorities", authority=THERE) == [(THERE,)]
    assert await rig.rows(everything, authority="") == []
    owner = await asyncpg.connect(rig.url)
    neighbour = await asyncpg.connect(rig.other_url)
    try:
        # Naming no authority at all: nothing.
        assert await owner.fetchval("SELECT count(*) FROM statements") == 0
        for table in ("statements", "offsets", "authorities", "looks"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await neighbour.fetchval(f"SELECT count(*) FROM placements_rig.{table}")
    finally:
        await owner.close()
        await neighbour.close()


async def test_who_reads_for_an_authority_can_write_nothing_about_children(rig: Rig) -> None:
    await rig.send(*life())
    async with reading(rig.source()):
        await rig.until_read(4)
    assert await rig.rows("DELETE FROM statements RETURNING 1", authority=HERE) == []
    assert await rig.rows("UPDATE statements SET child = child RETURNING 1", authority=HERE) == []
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await rig.rows("INSERT INTO authorities VALUES ($1, 1, 1, 1) RETURNING 1", THERE, authority=HERE)
    assert await asyncio.wait_for(rig.rows("SELECT count(*) FROM statements"), 5) == [(4,)]


async def test_a_broker_that_is_away_makes_an_instance_not_ready_and_is_waited_for(rig: Rig) -> None:
    away = msgspec.structs.replace(rig, bootstrap="127.0.0.1:1")
    async with reading(away.source()) as register:
        await until(lambda: "the broker cannot be reached" in register.faults())
        assert register.stalled() is None
        assert register.state == "paused"


async def test_a_writer_that_falls_silent_loses_its_place_to_another(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await rig.send(*life())
    async with reading(rig.source()):
        await rig.until_read(4)
    with monkeypatch.context() as quick:
        quick.setattr(store, "_HUNG_AFTER", "500ms")
        async with store.writer(rig.url) as hung, store.writer(rig.url) as next_one:
            assert await hung.take()
            await until(next_one.take)
            with pytest.raises(postgres.AWAY):
                await hung.write(rig.topic, Batch({}, {}), {0: (0, 1)})


async def test_a_reading_that_stands_still_while_there_is_something_to_read_is_noticed(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "STALLED_SECONDS", 0.5)
    monkeypatch.setattr(consumer, "_LOOK_SECONDS", 0.1)
    await rig.send(*life())
    async with reading(rig.source()) as register:
        await rig.until_read(4)
        assert register.stalled() is None

        async def hang(*_: object) -> int:
            return await asyncio.Event().wait()

        monkeypatch.setattr(store.Writer, "write", hang)
        await rig.send(*life("another"))
        assert "4 records behind" in await until(register.stalled)


async def test_statements_of_one_child_may_all_come_at_once_from_many_batches(rig: Rig) -> None:
    await rig.send(*(factories.moved("2017-03-09", fact=f"fact {number}") for number in range(50)))
    async with reading(rig.source(batch_records=3)):
        await rig.until_read(50)
    assert await rig.rows("SELECT count(*), count(DISTINCT fact) FROM statements") == [(50, 50)]
    assert await rig.rows("SELECT statements, changed_to FROM authorities") == [(50, 50)]
