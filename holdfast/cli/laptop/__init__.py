"""The whole platform on one machine: the broker, the database, the services, and what keeps them running."""
