"""What the gateway counts and times for Prometheus. No figure, no child, no user."""

from prometheus_client import Counter, Gauge, Histogram

SUBSCRIBERS = Gauge("holdfast_gateway_subscribers", "Live streams open now")
REFUSED_SUBSCRIBERS = Counter(
    "holdfast_gateway_subscribers_refused", "Live streams refused because there were too many"
)
FIGURES_HELD = Gauge("holdfast_gateway_figures_held", "Figures in memory")
RECORDS = Counter("holdfast_gateway_records", "Records read", ["topic"])
LAG_RECORDS = Gauge("holdfast_gateway_lag_records", "Records of a topic not read yet", ["topic"])
EVENTS_SENT = Counter("holdfast_gateway_events_sent", "Server-Sent Events written", ["event"])
REGISTER_SECONDS = Histogram("holdfast_gateway_register_seconds", "Time the register took to answer", ["purpose"])
REGISTER_FAILURES = Counter("holdfast_gateway_register_failures", "Questions that the register did not answer")
PARITY_AGREED = Gauge(
    "holdfast_gateway_parity_agreed_timestamp_seconds",
    "When stream and register last agreed, in seconds since 1970; 0 where they have not yet",
    ["authority"],
)
PARITY_CELLS = Gauge(
    "holdfast_gateway_parity_disagreeing_cells",
    "Cells of an indicator in which stream and register hold different integers",
    ["authority", "indicator"],
)
PARITY_LOOKS = Counter("holdfast_gateway_parity_looks", "Times that stream and register were compared", ["outcome"])
SIGN_INS = Counter("holdfast_gateway_sign_ins", "Attempts to sign in", ["outcome"])
UPLOADS = Counter("holdfast_gateway_uploads", "Returns uploaded, by how it ended", ["outcome"])
UPLOADS_HELD = Gauge("holdfast_gateway_uploads_held", "Uploads that are at work or can still be looked at")
DELIVERIES = Counter("holdfast_gateway_deliveries", "Attempts at webhook deliveries", ["outcome"])
DELIVERIES_PENDING = Gauge("holdfast_gateway_deliveries_pending", "Webhook deliveries still to be made")
