"""Runs the gateway: reads the settings, then serves; or runs one of its commands."""

import sys

import uvicorn

from holdfast.runtime.http import server
from holdfast.runtime.logs import configure_logs
from holdfast.runtime.settings import load
from services.gateway.app import build
from services.gateway.commands import commands
from services.gateway.settings import GatewaySettings


def main() -> None:
    """Serve without arguments, else run the command they name."""
    settings = load(GatewaySettings)
    if len(sys.argv) > 1:
        commands(settings)
        return
    configure_logs("gateway", settings.log_level)
    serving: list[uvicorn.Server] = []
    app = build(settings, lambda: any(one.should_exit for one in serving))
    serving.append(server(app, settings))
    serving[0].run()


if __name__ == "__main__":
    main()
