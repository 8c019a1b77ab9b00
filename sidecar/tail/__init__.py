"""The stages' end at the disk: which files there are, and their bytes in order."""
