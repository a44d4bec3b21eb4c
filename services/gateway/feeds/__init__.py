"""Flat files at addresses that stay, for spreadsheets and dashboards: figures, and children, by month end."""
