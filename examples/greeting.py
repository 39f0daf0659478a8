"""An extension: a scope with its own claim, a claim in every ID Token, and a line in the log for each consent."""

import logging

from oidc_op.events import ConsentGranted

log = logging.getLogger(__name__)


def includeme(config):
    config.add_oidc_scope("greeting", "Greeting", "Greet you by name.", claims=greeting)
    config.add_oidc_id_token_hook(add_languages)
    config.add_subscriber(log_consent, ConsentGranted)


def greeting(account, client):
    return {"greeting": f"Hello {account.display_name}, says {client.name}."}


def add_languages(id_token, account):
    return id_token | {"languages": ["en", "de"]}


def log_consent(event):
    event.after_commit(lambda: log.info("%s allowed %s: %s", event.account.sub, event.client.client_id, " ".join(event.scopes)))
