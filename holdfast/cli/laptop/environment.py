"""Each service's environment on the laptop, kept as `env/<service>.env` so that its own commands can be run with it.

No secret stands in these files: a setting that is one names the file that holds it.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from holdfast.cli.laptop import credentials, postgres
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import HOST, Layout

SERVICES = ("intake", "placements", "metrics", "gateway")
WITH_DATABASE = ("intake", "placements", "gateway")
DATABASE = "holdfast"
_PLAIN = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "SSL_CERT_FILE", "SSL_CERT_DIR")


def write_environments(
    layout: Layout, inherited: Mapping[str, str], *, demonstration: bool, metrics_workers: int = 1
) -> None:
    """Writes every service's file. `inherited` are the launcher's variables: those of Holdfast are passed on."""
    layout.env.mkdir(mode=0o700, parents=True, exist_ok=True)
    admin = postgres.superuser_url(layout, credentials.password(layout.secrets, "postgres"))
    for service in WITH_DATABASE:
        url = _service_url(admin, service, credentials.password(layout.secrets, service))
        credentials.write_secret(layout.secrets / f"{service}.database-url", url)
    for service in SERVICES:
        settings = service_settings(layout, service, inherited, demonstration=demonstration)
        own = _own_settings(layout, service, metrics_workers)
        text = "".join(f"{name}={value}\n" for name, value in (settings | own).items())
        credentials.write_secret(env_file(layout, service), text)


def service_settings(
    layout: Layout, service: str, inherited: Mapping[str, str], *, demonstration: bool
) -> dict[str, str]:
    """What every service is told: ours, over whatever `HOLDFAST_…` the launcher itself was given for it."""
    ports = layout.ports
    given = {
        name: value
        for name, value in inherited.items()
        if name.startswith("HOLDFAST_") and "\n" not in value and not _is_launchers(name)
    }
    ours = {
        "HOLDFAST_HOST": HOST,
        "HOLDFAST_PORT": str(getattr(ports, service)),
        "HOLDFAST_HOME": str(layout.home),
        "HOLDFAST_KAFKA": layout.bootstrap,
        "HOLDFAST_DEMONSTRATION": str(demonstration).lower(),
    }
    if service in WITH_DATABASE:
        ours["HOLDFAST_DATABASE_URL_FILE"] = str(layout.secrets / f"{service}.database-url")
    return given | ours


def _own_settings(layout: Layout, service: str, metrics_workers: int) -> dict[str, str]:
    secrets = layout.secrets
    placements = {"HOLDFAST_PLACEMENTS_URL": f"http://{HOST}:{layout.ports.placements}"}
    trusted = {"HOLDFAST_TRUSTED_KEYS_FILE": str(secrets / "trusted-keys.json")}
    intake = {"HOLDFAST_INTAKE_URL": f"http://{HOST}:{layout.ports.intake}"}
    workers = (f"http://{HOST}:{port}" for port in layout.ports.of_metrics(metrics_workers))
    metrics = {"HOLDFAST_METRICS_URLS": ",".join(workers)}
    own: dict[str, dict[str, str]] = {
        "intake": placements
        | {
            "HOLDFAST_MASTER_KEY_FILE": str(secrets / "master.key"),
            "HOLDFAST_SIGNING_KEY_FILE": str(secrets / "intake.pem"),
        }
        | trusted,
        "placements": trusted,
        "gateway": placements | intake | metrics | {"HOLDFAST_SIGNING_KEY_FILE": str(secrets / "gateway.pem")},
    }
    return own.get(service, {})


def _is_launchers(name: str) -> bool:
    own = ("HOLDFAST_HOME", "HOLDFAST_CACHE", "HOLDFAST_PORT", "HOLDFAST_BOROUGHS", "HOLDFAST_PACE")
    return name in own or name.endswith("_PORT")


def env_file(layout: Layout, service: str) -> Path:
    """Where a service's environment is kept."""
    return layout.env / f"{service}.env"


def read_environment(layout: Layout, service: str) -> dict[str, str]:
    """What to start a service, or one of its commands, with. CannotRun where the platform was never started here."""
    try:
        lines = env_file(layout, service).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as missing:
        raise CannotRun(f"There is no platform in {layout.home} yet: `make up` starts one.") from missing
    return plain_environment() | dict(line.split("=", 1) for line in lines)


def plain_environment() -> dict[str, str]:
    """What any program of ours is given of the launcher's own environment."""
    return {name: os.environ[name] for name in _PLAIN if name in os.environ}


def _service_url(admin: str, service: str, password: str) -> str:
    from holdfast.runtime.postgres import service_url

    return service_url(admin, DATABASE, service, password)
