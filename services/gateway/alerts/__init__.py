"""Alerts: how each stands now, and the webhooks to which they are sent."""
