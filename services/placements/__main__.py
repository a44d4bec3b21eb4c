"""Runs the register: reads the settings, then serves."""

from holdfast.runtime.cycles import look_for_cycles_seldom
from holdfast.runtime.http import serve
from holdfast.runtime.logs import configure_logs
from holdfast.runtime.settings import load
from services.placements.app import build
from services.placements.settings import PlacementsSettings


def main() -> None:
    settings = load(PlacementsSettings)
    configure_logs("placements", settings.log_level)
    look_for_cycles_seldom()
    serve(build(settings), settings)


if __name__ == "__main__":
    main()
