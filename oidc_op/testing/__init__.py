"""Test support for projects that embed the provider, and for authors of stores."""
