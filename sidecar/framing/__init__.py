"""From bytes to lines, and from lines to events."""
