"""What Java keeps of one start of the broker: with it every later start takes half of the processor's time.

Made once, beside the jars, by a broker in a folder that is thrown away. That takes longer than it saves one start, so
it is for who starts many: `make test` makes it. Where it is not there, or is of another runtime, Java does without.
"""

import os
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import msgspec

from holdfast.cli.laptop import kafka
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import HOST, Layout, Ports
from holdfast.cli.laptop.process import Process, spawn, stop
from holdfast.cli.laptop.readiness import wait_ready

# Long enough for a busy machine to write some sixty megabytes.
_WRITING_SECONDS = 120


def keep_a_start(cache: Path, jars: Sequence[Path]) -> None:
    """Makes `kafka.kept_start` once. Where that fails it is left out: all runs without it, only more slowly."""
    if kafka.kept_start(cache, jars).exists():
        return
    with (
        tempfile.TemporaryDirectory(prefix="holdfast-kafka-") as folder,
        suppress(CannotRun, subprocess.CalledProcessError, subprocess.TimeoutExpired),
    ):
        ports = _free_ports()
        layout = Layout(Path(folder), cache, Ports(kafka=ports[0], kafka_controller=ports[1]))
        kafka.configure(layout)
        kafka.format_storage(layout, jars)
        broker = kafka.broker(layout, jars)
        _run_once(_with(broker, "-XX:AOTMode=record", f"-XX:AOTConfiguration={layout.kafka / 'start'}"))
        _write(_with(broker, "-XX:AOTMode=create", f"-XX:AOTConfiguration={layout.kafka / 'start'}"), cache, jars)


def _with(broker: Process, *options: str) -> Process:
    return msgspec.structs.replace(broker, argv=(broker.argv[0], *options, *broker.argv[1:]))


def _run_once(broker: Process) -> None:
    """Starts it and, once it answers, lets it end, which is when it writes down what it has loaded."""
    running = spawn(broker)
    try:
        wait_ready(broker, running)
    finally:
        stop(msgspec.structs.replace(broker, stop_seconds=_WRITING_SECONDS), running)


def _write(broker: Process, cache: Path, jars: Sequence[Path]) -> None:
    kept = kafka.kept_start(cache, jars)
    made = kept.with_suffix(f".{os.getpid()}")
    argv = (broker.argv[0], f"-XX:AOTCache={made}", *broker.argv[1:])
    try:
        subprocess.run(argv, env=broker.env, check=True, capture_output=True, timeout=_WRITING_SECONDS)
        # All of it at once: another start may be looking.
        made.replace(kept)
    finally:
        made.unlink(missing_ok=True)


def _free_ports() -> list[int]:
    """Two that nothing listens on."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(2)]
        for one in sockets:
            one.bind((HOST, 0))
        return [int(one.getsockname()[1]) for one in sockets]
