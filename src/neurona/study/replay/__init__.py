"""Steps of past runs, found again."""
