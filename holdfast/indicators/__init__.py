"""What the numbers mean: journeys, steps, ledgers and readings. Pure: no I/O, no clock, no environment."""
