"""How fast, how small and how soon; ``python -m benchmarks`` measures and prints one table."""
