"""Values and the rules about them: no web framework, no cryptography library, no database."""
