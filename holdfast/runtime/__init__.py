"""How one of our processes starts, stops, logs, measures, tells the time, and talks to Kafka and PostgreSQL."""
