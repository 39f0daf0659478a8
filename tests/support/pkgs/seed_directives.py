"""An extension that uses the seed's hooks by their directives."""

from pkgs import seed


def includeme(config):
    config.add_oidc_after_userlogin_hook(seed.after_userlogin)
    config.add_oidc_scope_claims("pkgs.seed.Claims")
