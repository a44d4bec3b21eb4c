"""What Prometheus scrapes of metrics: rates, lags, sizes and times. No figure and no child ever."""

from prometheus_client import Counter, Gauge, Histogram

EVENTS = Counter("holdfast_metrics_events_total", "Records drained from the events' topic.")
BATCH_SECONDS = Histogram(
    "holdfast_metrics_batch_seconds",
    "Time to fold one batch of records of one partition.",
    buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10),
)
LAG = Gauge("holdfast_metrics_lag_records", "Records not yet committed, as the broker last said.", ["partition"])
SAID = Counter("holdfast_metrics_figures_said_total", "Figures put on the indicators' topic.")
SAYING_SECONDS = Histogram(
    "holdfast_metrics_saying_seconds",
    "Time from a change to its figures being said.",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 15),
)
ALERTS = Counter("holdfast_metrics_alerts_total", "States put on the alerts' topic.", ["state"])
CHILDREN = Gauge("holdfast_metrics_children", "Children whose facts are held.")
FACTS_BYTES = Gauge("holdfast_metrics_facts_bytes", "Bytes of encoded facts and of the keys they are held under.")
LEDGER_ENTRIES = Gauge("holdfast_metrics_ledger_entries", "Days with a change held in all ledgers.")
RESTORED = Counter("holdfast_metrics_restored_records_total", "Changelog records read back.")
RESTORE_SECONDS = Histogram(
    "holdfast_metrics_restore_seconds",
    "Time to read back the table of newly assigned partitions.",
    buckets=(0.05, 0.2, 0.5, 1, 2, 5, 10, 30, 60),
)
