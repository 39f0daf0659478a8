"""Configuration: settings, their types and names, and the directives that extend the provider."""
