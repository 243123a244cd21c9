"""What columns hold and are used for: kinds, target, task, schema."""
