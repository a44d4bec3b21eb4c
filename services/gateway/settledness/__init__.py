"""How settled recent months are."""
