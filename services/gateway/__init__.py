"""The gateway: who wants to know, and what they may see."""
