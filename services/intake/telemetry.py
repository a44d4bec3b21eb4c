"""What Prometheus scrapes of intake: verdicts, requests and streams. No id, no child, no authority."""

from prometheus_client import Counter, Gauge, Histogram

VERDICTS = Counter(
    "holdfast_intake_verdicts_total", "Verdicts given, by the first fault's code", ["verdict", "type", "code"]
)
REQUEST_SECONDS = Histogram(
    "holdfast_intake_request_seconds",
    "Time from a request's head to the end of its answer",
    ["kind", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
DRY_RUN_EVENTS = Counter(
    "holdfast_intake_dry_run_events_total", "Events of dry runs, by what they would be: rejected, stated…", ["outcome"]
)
IN_WORK = Gauge("holdfast_intake_requests_in_work", "Requests and streams being answered", ["kind"])
PUBLISH_SECONDS = Histogram(
    "holdfast_intake_publish_seconds", "Time until the broker has acknowledged what one request or chunk published"
)
UNAVAILABLE = Counter("holdfast_intake_unavailable_total", "Times that something needed was away", ["what"])
IMPORTED = Counter("holdfast_intake_imported_lines_total", "Lines of imports, by what became of them", ["outcome"])
QUARANTINE = Counter(
    "holdfast_intake_quarantine_total",
    "What stewards did to rejected events: opened, checked, refused, replayed, dismissed, reopened",
    ["outcome"],
)
