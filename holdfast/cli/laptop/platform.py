"""Which processes make up the platform on one machine, as plain data."""

import sys

from holdfast.cli.laptop.boroughs import Living
from holdfast.cli.laptop.environment import SERVICES, plain_environment, read_environment
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import HOST, Layout
from holdfast.cli.laptop.process import Answers, Lives, Process

# Whoever sends or asks ends before whoever answers it.
STOP_ORDER = ("simulate", "gateway", "metrics", "placements", "intake", "kafka", "postgres")
MOST_METRICS_WORKERS = 8
# How a command of ours ends when what it was given will not do.
_USAGE = 2


def services(layout: Layout, metrics_workers: int) -> list[Process]:
    """The four services; further metrics workers are told ports of their own."""
    made = [service(layout, name, name, getattr(layout.ports, name)) for name in SERVICES]
    for number, port in enumerate(layout.ports.of_metrics(metrics_workers)[1:], 2):
        made.append(service(layout, "metrics", f"metrics-{number}", port))
    return made


def service(layout: Layout, service: str, name: str, port: int) -> Process:
    """One service, called `name` in logs and state."""
    address = f"http://{HOST}:{port}"
    return Process(
        name=name,
        argv=(sys.executable, "-m", f"services.{service}"),
        env=read_environment(layout, service) | {"HOLDFAST_PORT": str(port)},
        log=layout.logs / f"{name}.log",
        ready=Answers(f"{address}/readyz"),
        ready_seconds=120,
        live=Answers(f"{address}/livez"),
        stop_seconds=15,
    )


def borough(layout: Layout, living: Living) -> Process:
    """A simulated borough: a client of the door like any other, with a sender's token."""
    size = ("--like", living.like.name) if living.like else ("--children", str(living.children))
    return Process(
        name=living.process,
        argv=(sys.executable, "-m", "holdfast.cli", "simulate", "--authority", living.authority, *size),
        env=plain_environment()
        | {
            "HOLDFAST_HOME": str(layout.home),
            "HOLDFAST_INTAKE_URL": f"http://{HOST}:{layout.ports.intake}",
            "HOLDFAST_TOKEN_FILE": str(living.token_file(layout)),
        },
        log=layout.logs / f"{living.process}.log",
        ready=Lives(),
        stop_seconds=5,
        # A token refused is refused the next time too; and the platform is whole without a borough in it.
        hopeless_codes=(_USAGE,),
        most_restarts=10,
    )


def ports_wanted(layout: Layout, metrics_workers: int) -> dict[str, int]:
    """Every port that will be listened on, by the setting that names it. CannotRun where two would be one."""
    ports = layout.ports
    wanted = {f"HOLDFAST_{field.upper()}_PORT": getattr(ports, field) for field in ports.__struct_fields__}
    for number, port in enumerate(ports.of_metrics(metrics_workers)[1:], 2):
        if port in wanted.values():
            raise CannotRun(f"Metrics worker {number} would use port {port}, which is another's: move one of them.")
        wanted[f"HOLDFAST_METRICS_PORT of worker {number}"] = port
    return wanted
