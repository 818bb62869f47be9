"""The settings themselves, a table for each group; `config.schema` puts them together."""
