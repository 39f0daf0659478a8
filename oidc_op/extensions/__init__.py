"""Optional features: modules that ``oidc.includes`` may list."""
