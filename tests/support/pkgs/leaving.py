"""An extension that takes part in signing out, and a host's subscriber that signs out of the host too."""

from pyramid.httpexceptions import HTTPSeeOther

from oidc_op.events import SessionEnded
from pkgs.host import IPolicy

CALLED, TOLD = [], []
RESPONSE = []  # what the next call gives


def forget():
    for each in (CALLED, TOLD, RESPONSE):
        each.clear()


def after_end_session(request, id_token=None, post_logout_redirect_uri=None, state=None, client=None, next_page=None):
    """As django-oidc-provider calls it."""
    CALLED.append(
        {
            "id_token": id_token,
            "post_logout_redirect_uri": post_logout_redirect_uri,
            "state": state,
            "client": client and client.client_id,
            "next_page": next_page,
            "sid": request.oidc_provider.session.key,
            "path_qs": request.path_qs,
        }
    )
    return HTTPSeeOther(RESPONSE.pop()) if RESPONSE else None


def another(request, **kw):
    CALLED.append(sorted(kw))


def told(event):
    TOLD.append((event.sub, event.sid, event.client and event.client.client_id))
    if event.client and event.client.client_name == "Mallory":
        raise RuntimeError("vetoed")


def forget_at_the_host(event):
    if event.provider.session is not None:
        return
    request = event.provider.request
    headers = request.registry.getUtility(IPolicy).forget(request)
    request.add_response_callback(lambda _request, response: response.headerlist.extend(headers))


def includeme(config):
    config.add_subscriber(told, SessionEnded)


def for_hosts(config):
    config.add_subscriber(forget_at_the_host, SessionEnded)
