"""What the values in an event mean: stamps, levels, quoting."""
