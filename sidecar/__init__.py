"""sidecar: legacy logs in, one line of JSON per event out."""

__version__ = "0.1.0"
