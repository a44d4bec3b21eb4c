"""Rejected events, as the door keeps them: listed, opened, mended, replayed, dismissed by stewards."""
