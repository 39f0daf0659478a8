"""An extension with scopes of resource servers, and hooks of introspection."""

HEARD = []


def includeme(config):
    for name, audience in (("books.read", "books-api"), ("books.write", "books-api"), ("films.read", "films-api")):
        config.add_oidc_scope(name, name, f"Let it use {name}.", audience=audience)


def pairwise(account, client):
    return f"{client.client_id}/{account.sub}"


def seeds_hook(introspection_response, client, id_token):
    id_token = id_token or {}
    more = {"asked_by": client.client_id, "nonce": id_token.get("nonce"), "id_token_aud": id_token.get("aud")}
    return introspection_response | more


def seeds_hook_with_more(introspection_response, **kwargs):
    return introspection_response | {"keywords": sorted(kwargs)}


def our_hook(introspection_response, bearer):
    return introspection_response | {"username": bearer.account.username, "scopes": list(bearer.scopes)}


def whole(introspection_response, client, id_token):
    HEARD.append(client.client_id)
    return introspection_response | {"id_token": id_token}


def no(introspection_response, bearer):
    return introspection_response | {"active": False}
