"""The panel's door: JSON files and the command mailbox."""
