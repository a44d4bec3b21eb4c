"""A steward's own statement of a fact that a system stated, as an event."""
