"""Measures a served provider over HTTP: ``python -m benchmarks``."""
