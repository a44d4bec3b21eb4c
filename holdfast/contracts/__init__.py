"""What the services say to each other: events, facts, figures, alerts, targets, topics and code lists. No I/O."""
