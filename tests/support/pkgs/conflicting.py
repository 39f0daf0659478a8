"""An extension whose requests meet others at the store, as often as a test says: it notes how many ``conflicts`` are left."""

from transaction.interfaces import TransientError

from pkgs.notes import notes_of


def includeme(config):
    notes = notes_of(config)

    def meet_others(what, account=None):
        left = notes.last("conflicts", 0)
        if left:
            notes.add("conflicts", left - 1)
            raise TransientError("somebody else wrote it first")
        return what

    config.add_oidc_authorization_step(meet_others)
    config.add_oidc_id_token_hook(meet_others)
