"""An extension that wants a hook that another one has."""


def includeme(config):
    config.set_oidc_subject(subject)


def subject(account, client):
    return "rival"
