"""What a server process does beside answering requests: retries, limits, maintenance, and a clean shutdown."""
