"""A resource server's scopes."""


def includeme(config):
    for name in ("stock", "stock:write"):
        config.add_oidc_scope(name, name, "See and move what is in stock.", audience="warehouse")
