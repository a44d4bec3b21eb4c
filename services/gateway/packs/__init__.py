"""Frozen packs: listed, frozen, read again, re-run, and as files."""
