"""Holdfast: placement stability of looked-after children, kept true as events arrive."""
