"""What a task runs in: from a lock file to a ready interpreter."""
