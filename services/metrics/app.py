"""The Faust application: one topic drained as raw bytes, one table. Running it, and all else, is in `worker`."""

from typing import Any

import faust
from faust.stores import STORES
from faust.transport.drivers import TRANSPORTS

from services.metrics.saying import Saying
from services.metrics.settings import TABLE, MetricsSettings
from services.metrics.stream import Stream

TRANSPORTS.aliases["batch"] = "services.metrics.transport:Transport"
STORES.aliases["partitions"] = "services.metrics.store:PartitionStore"
# Without a host the address is false, and Faust takes its memory store in silence.
_STORE = "partitions://local"
# A child stated many times in a batch is decoded, encoded and written to the changelog once: batches are large while
# there is a backlog. What is unpacked of them at a time is bounded: some 60 MB.
_FETCH_BYTES = 4 * 1024 * 1024
_FETCH_RECORDS = 64_000


class MetricsApp(faust.App):  # type: ignore[misc]  # Faust is untyped here
    """The Faust application, with what its transport and its store reach through it."""

    settings: MetricsSettings
    batches: Stream
    saying: Saying

    def _create_directories(self) -> None:
        """Nothing is kept on disk."""


def faust_app(settings: MetricsSettings) -> MetricsApp:
    """The application: one topic of raw bytes, one table, no web server, no leader, no topic of its own making."""
    session = settings.session_timeout_seconds
    app = MetricsApp(
        settings.application,
        broker=f"batch://{settings.kafka}",
        datadir=settings.home / settings.application,
        topic_partitions=settings.partitions,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        table_standby_replicas=0,
        stream_recovery_delay=0.0,
        stream_wait_empty=True,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=_FETCH_BYTES,
        broker_max_poll_records=_FETCH_RECORDS,
        producer_linger=0.0,
        producer_max_batch_size=256 * 1024,
        producer_max_request_size=1024 * 1024,
        producer_compression_type="snappy",
        producer_request_timeout=settings.send_timeout_seconds,
        broker_commit_interval=settings.commit_seconds,
        broker_session_timeout=session,
        broker_heartbeat_interval=session / 3,
        broker_rebalance_timeout=2 * session,
        loghandlers=[],
    )
    raw = {"key_type": bytes, "value_type": bytes, "key_serializer": "raw", "value_serializer": "raw"}
    events = app.topic(settings.events_topic, **raw)
    app.Table(TABLE, partitions=settings.partitions, key_type=bytes, value_type=bytes, store=_STORE)

    @app.agent(events, name="subscription")  # type: ignore[untyped-decorator]
    async def _subscribe(records: Any) -> None:
        async for _ in records:
            raise AssertionError("records are drained in batches and never reach an agent")

    app.settings = settings
    app.batches = Stream(settings, lambda: app.producer.raw)
    return app
