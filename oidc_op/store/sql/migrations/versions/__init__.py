"""The migrations, oldest first: once published, one is never changed."""
