"""Frozen packs: a month end's figures kept as they were, read again and held against a re-run."""
