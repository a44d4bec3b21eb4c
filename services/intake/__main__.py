"""`python -m services.intake` serves; with arguments it is the command line of `commands.py`."""

import os
import signal
import sys

EXIT_REFUSED = 78


def serve_events() -> None:
    """Serve until told to stop; exits with 78 and a sentence where its keys or settings don't fit the topic."""
    from holdfast.runtime.cycles import look_for_cycles_seldom
    from holdfast.runtime.http import serve
    from holdfast.runtime.logs import configure_logs, logger
    from holdfast.runtime.settings import load
    from services.intake.app import intake
    from services.intake.settings import IntakeSettings

    settings = load(IntakeSettings)
    configure_logs("intake", settings.log_level)
    reasons: list[str] = []

    def refuse(reason: str) -> None:
        logger(__name__).error("intake refuses to open", reason=reason)
        reasons.append(reason)
        os.kill(os.getpid(), signal.SIGTERM)

    look_for_cycles_seldom()
    serve(intake(settings, refuse), settings)
    if reasons:
        print(reasons[0], file=sys.stderr)
        sys.exit(EXIT_REFUSED)


if __name__ == "__main__":
    # Each imports only what it needs: a command should not wait for a server's libraries.
    if sys.argv[1:]:
        from services.intake.commands import commands

        commands()
    else:
        serve_events()
