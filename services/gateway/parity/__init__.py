"""The standing check that stream and register say the same figures."""
