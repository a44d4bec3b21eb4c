"""What do the journeys add up to, on every day? Drains `care.events` and says figures and alerts."""
