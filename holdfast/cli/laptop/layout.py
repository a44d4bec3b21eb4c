"""Where the laptop's platform keeps things and which ports it uses, read once from the environment.

Doesn't create anything: that is for those who need a folder.
"""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from holdfast.cli.laptop.faults import CannotRun

HOST = "127.0.0.1"


class Ports(Struct, frozen=True):
    """The addresses on 127.0.0.1, each a setting `HOLDFAST_<NAME>_PORT`."""

    gateway: int = 8100
    intake: int = 8101
    placements: int = 8102
    metrics: int = 8103
    kafka: int = 29092
    kafka_controller: int = 29093
    postgres: int = 25432

    def of_metrics(self, workers: int) -> range:
        """Those of the metrics workers: the ports of further ones are counted on from the first one's."""
        return range(self.metrics, self.metrics + workers)


class Layout(Struct, frozen=True):
    """The folders under `HOLDFAST_HOME`; `cache` may lie elsewhere (`HOLDFAST_CACHE`), shared by several homes."""

    home: Path
    cache: Path
    ports: Ports

    @property
    def run(self) -> Path:
        """The lock, the state and a note of every process started."""
        return self.home / "run"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def env(self) -> Path:
        """One file a service with its environment; no secret stands in them, only where each is."""
        return self.home / "env"

    @property
    def secrets(self) -> Path:
        return self.home / "secrets"

    @property
    def kafka(self) -> Path:
        return self.home / "kafka"

    @property
    def postgres(self) -> Path:
        return self.home / "postgres"

    @property
    def bootstrap(self) -> str:
        """The broker's address, as clients are given it."""
        return f"{HOST}:{self.ports.kafka}"


def layout_from(environ: Mapping[str, str]) -> Layout:
    """The layout these variables ask for. Every faulty port is named in the one sentence of `CannotRun`."""
    home = Path(environ.get("HOLDFAST_HOME") or ".holdfast").expanduser().absolute()
    cache = Path(environ.get("HOLDFAST_CACHE") or home / "cache").expanduser().absolute()
    return Layout(home=home, cache=cache, ports=_ports_from(environ))


def _ports_from(environ: Mapping[str, str]) -> Ports:
    chosen: dict[str, int] = {}
    faults: list[str] = []
    for field in Ports.__struct_fields__:
        name = f"HOLDFAST_{field.upper()}_PORT"
        text = environ.get(name)
        if not text:
            continue
        if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
            chosen[field] = int(text)
        else:
            faults.append(f"{name} is {text!r}")
    if "kafka" in chosen and "kafka_controller" not in chosen:
        chosen["kafka_controller"] = chosen["kafka"] + 1
    if faults:
        raise CannotRun(f"{' and '.join(faults)}, where a port from 1 to 65535 is wanted.")
    return _distinct(Ports(**chosen))


def _distinct(ports: Ports) -> Ports:
    seen: dict[int, str] = {}
    for field in ports.__struct_fields__:
        port: int = getattr(ports, field)
        if port in seen:
            raise CannotRun(f"Port {port} is asked for twice, for {seen[port]} and for {field}: give each its own.")
        seen[port] = field
    return ports
