"""What does not add up: which figures hang on it, what is decided, and what a steward corrects."""
