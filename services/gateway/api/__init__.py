"""What the addresses of the API have in common: their parameters, bodies and description, and a page that shows it."""
