"""Settings: what may be set, how `.env` is read and edited, logging. Imports nothing of ours."""
