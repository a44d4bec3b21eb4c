"""What does not add up: told with what hangs on it, decided on, and what stewards may correct."""
