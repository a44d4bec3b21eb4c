"""The register: what has been said about each child, when it was recorded and received, and what it adds up to."""
