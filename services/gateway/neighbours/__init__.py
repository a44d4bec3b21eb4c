"""What is asked of the services next door: the register, and the door."""
