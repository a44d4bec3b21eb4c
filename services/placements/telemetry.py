"""What Prometheus scrapes of the register: how much is read and written, how far behind, and whether it is the writer.

No figure, no child and no authority is in it.
"""

from prometheus_client import Counter, Gauge, Histogram

RECORDS = Counter("holdfast_placements_records", "Records of care.events read and written with their offsets")
STATEMENTS = Counter("holdfast_placements_statements", "Statements that were new to the register")
TOMBSTONES = Counter("holdfast_placements_tombstones", "Tombstones that were carried out")
BATCH_SECONDS = Histogram(
    "holdfast_placements_batch_seconds",
    "Time to write one batch",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
LAG_RECORDS = Gauge("holdfast_placements_lag_records", "Records not read yet, by partition", ["partition"])
WRITER = Gauge("holdfast_placements_writer", "1 where this instance is the one that writes")
FAILURES = Counter("holdfast_placements_failures", "Times the reading failed, by what failed it", ["dependency"])
READING_SECONDS = Histogram(
    "holdfast_placements_reading_seconds",
    "Time to answer a question about figures, by whether the ledger was held",
    ["held"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
PACKS = Counter("holdfast_placements_packs", "Packs frozen")
RERUNS = Counter(
    "holdfast_placements_reruns",
    "Re-runs of packs: same, otherwise by an erasure or an estimate, definitions unknown, or otherwise by a fault",
    ["outcome"],
)
# There from the start, or its first rise would not be seen.
RERUNS.labels("fault")
