"""What the daemon says of itself: figures, health, its own log."""
