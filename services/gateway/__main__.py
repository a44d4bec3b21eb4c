"""Runs the gateway: reads the settings, then serves; or runs one of its commands."""

import sys
from typing import TYPE_CHECKING

from holdfast.runtime.settings import load
from services.gateway.settings import GatewaySettings

if TYPE_CHECKING:
    import uvicorn


def main() -> None:
    """Serve without arguments, else run the command they name."""
    # Each imports only what it needs: a command should not wait for a server's libraries.
    if len(sys.argv) > 1:
        from services.gateway.commands import commands

        commands(load(GatewaySettings))
    else:
        serve_pages()


def serve_pages() -> None:
    """Serve until told to stop."""
    from holdfast.runtime.http import server
    from holdfast.runtime.logs import configure_logs
    from services.gateway.app import build

    settings = load(GatewaySettings)
    configure_logs("gateway", settings.log_level)
    serving: list[uvicorn.Server] = []
    app = build(settings, lambda: any(one.should_exit for one in serving))
    serving.append(server(app, settings))
    serving[0].run()


if __name__ == "__main__":
    main()
