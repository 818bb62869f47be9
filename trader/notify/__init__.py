"""Messages to people outside the terminal."""
