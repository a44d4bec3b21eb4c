"""`holdfast token` and `holdfast user`: run the command of the service that owns them, with its environment here.

Knows nothing of what they do; a service is never imported, only run.
"""

import os
import subprocess
import sys
from collections.abc import Sequence

import typer

from holdfast.cli.laptop.environment import read_environment
from holdfast.cli.laptop.layout import Layout, layout_from

_READER = "--reader"


def token(context: typer.Context) -> None:
    """Issue, list and revoke tokens: of senders, and with --reader of machines that read figures."""
    arguments = list(context.args)
    service = "gateway" if _READER in arguments else "intake"
    _run(service, ["token", *(word for word in arguments if word != _READER)])


def user(context: typer.Context) -> None:
    """Make, list and lock the local accounts of people."""
    _run("gateway", ["user", *context.args])


def _run(service: str, arguments: Sequence[str]) -> None:
    command = service_command(service, arguments)
    done = subprocess.run(command, env=read_environment(layout_from(os.environ), service), check=False)
    raise typer.Exit(done.returncode)


def service_command(service: str, arguments: Sequence[str]) -> list[str]:
    """The words that run a service's own command."""
    return [sys.executable, "-m", f"services.{service}", *arguments]


def output_of(layout: Layout, service: str, arguments: Sequence[str], given: str = "") -> str:
    """What a service's command prints, `given` being its standard input. CalledProcessError where it fails."""
    done = subprocess.run(
        service_command(service, arguments),
        env=read_environment(layout, service),
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.strip()
