"""What the daemon publishes into `data/panel/`: noted in the loop, made and written in a thread."""
