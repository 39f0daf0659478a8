"""An extension that uses every hook there is."""

from oidc_op.events import ConsentDeclined, ConsentGranted
from oidc_op.protocol.errors import AccessDenied
from pkgs.notes import notes_of


def includeme(config):
    notes = notes_of(config)

    def told(event):
        notes.add("consents", [type(event).__name__, event.client.client_id, list(event.scopes)])

    config.add_oidc_scope("greeting", "Greeting", "Be greeted by name.", claims=greeting)
    config.add_oidc_scope("badly", "Badly", "See what was filled in badly.", claims=filled_badly)
    config.add_oidc_id_token_hook(department)
    config.set_oidc_subject(subject)
    config.add_oidc_authorization_step(refuse_mallory, before="check_scope")
    config.add_subscriber(told, ConsentGranted)
    config.add_subscriber(told, ConsentDeclined)


def greeting(account, client):
    return {"greeting": f"Hello {account.username}", "empty": ""}


def filled_badly(account, client):
    return {
        "website": "javascript:alert(1)",
        "locale": "null",
        "email_verified": "true",
        "updated_at": "1700000000",
        "address": {"country": "DE", "region": "null"},
        "rank": 0,
    }


def department(id_token, account):
    return id_token | {"department": "seven"}


def subject(account, client):
    return f"extended-{account.sub}"


def seeds_subject(user):
    return f"seed-{user.sub}"


def two_arguments(id_token, user):
    return id_token | {"two": user.username}


def four_arguments(id_token, user, token, request, **kwargs):
    return id_token | {"four": list(token.scopes)}


def userinfo(claims, user):
    claims["name"] = f"Mx {user.username}"
    claims["address"]["country"] = "DE"
    claims["added"] = "dropped"
    return claims


def refuse_mallory(authorization):
    if authorization.params.get("login_hint") == "mallory":
        raise AccessDenied("not this one")
