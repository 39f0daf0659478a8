"""An extension by which a host's accounts, and a scope of its own, give out the claims that a test has noted."""

from pkgs.notes import notes_of


def includeme(config):
    notes = notes_of(config)
    config.set_oidc_userinfo(lambda claims, account: claims | notes.last("accounts", {}))
    config.add_oidc_scope("odd", "Odd", "See odd things.", claims=lambda account, client: notes.last("claims_of", {}))
