"""The stages' other end: standard output."""
