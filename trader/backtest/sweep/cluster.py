"""The same sweep on the workers of a Dask cluster: `--cluster tcp://host:port`."""

from __future__ import annotations
