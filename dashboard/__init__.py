"""A pane of glass: reads the JSON files and drops commands."""
