"""An extension whose requests meet others at the store, as often as a test says."""

from transaction.interfaces import TransientError

LEFT = {"conflicts": 0}


def includeme(config):
    config.add_oidc_authorization_step(meet_others)
    config.add_oidc_id_token_hook(meet_others)


def meet_others(what, account=None):
    if LEFT["conflicts"]:
        LEFT["conflicts"] -= 1
        raise TransientError("somebody else wrote it first")
    return what
