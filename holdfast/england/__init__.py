"""England's published figures, and what an authority's own are held against: plain data in the package, no service."""
