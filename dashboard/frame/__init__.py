"""What surrounds every page: the door, the top with its clocks and buttons, messages."""
