"""A child, or one statement, erased by a steward; and the record of it."""
