"""A child, or one statement, taken out of the register and the topic; and the broker's files seen to it."""
