"""Starts one metrics worker. It has no command line of its own: what to know of it is in its settings."""

from holdfast.runtime.logs import configure_logs
from holdfast.runtime.settings import load
from services.metrics.settings import MetricsSettings
from services.metrics.worker import run

if __name__ == "__main__":
    settings = load(MetricsSettings)
    configure_logs("metrics", settings.log_level)
    run(settings)
