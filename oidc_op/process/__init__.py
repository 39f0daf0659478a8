"""The work of a server process beside answering requests: retries, limits, maintenance, and a clean shutdown."""
