"""The children behind a figure, and what is known of each: a child's journey."""
