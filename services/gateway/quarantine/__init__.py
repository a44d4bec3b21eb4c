"""Rejected events, for stewards: listed, opened, mended, replayed, dismissed."""
