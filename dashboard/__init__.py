"""A pane of glass: shows what the daemon publishes, drops commands into its mailbox."""
