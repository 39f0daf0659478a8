"""The club's own pages; the provider hears of every sign-in and sign-out."""

from pyramid.events import subscriber
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.security import forget, remember
from pyramid.view import view_config

from oidc_op.events import SessionEnded


@view_config(route_name="home", renderer="templates/home.jinja2")
def home(request):
    accounts = request.oidc_provider.accounts
    return {"member": accounts.get(request.authenticated_userid), "applications": connected_applications(request)}


def connected_applications(request):
    """The names of those that the member has allowed to know something."""
    store, sub = request.oidc_provider.store, request.authenticated_userid
    return [store.clients.get(each.client_id).name for each in store.consents.of(sub)]


@view_config(route_name="sign-in", request_method="GET", renderer="templates/sign_in.jinja2")
def ask(request):
    return {"next": request.GET.get("next", ""), "username": "", "failed": False, "wait": 0}


@view_config(route_name="sign-in", request_method="POST", renderer="templates/sign_in.jinja2")
def sign_in(request):
    provider = request.oidc_provider
    attempt = provider.authenticate(request.POST.get("username", ""), request.POST.get("password", ""))
    if attempt.account is None:
        request.response.status = 429 if attempt.retry_after else 400
        shown = {"next": request.POST.get("next", ""), "username": request.POST.get("username", "")}
        return shown | {"failed": True, "wait": attempt.retry_after}
    provider.signed_in(attempt.account.sub, amr=("pwd",))
    return HTTPSeeOther(within(request, request.POST.get("next", "")), headers=remember(request, attempt.account.sub))


@view_config(route_name="sign-out", request_method="POST")
def sign_out(request):
    request.oidc_provider.signed_out()
    return HTTPSeeOther(request.route_url("home"), headers=forget(request))


@subscriber(SessionEnded)
def sign_out_here_too(event):
    """An application may send members to the provider to sign out; they are signed out of the club as well."""
    if event.provider.session is not None:  # somebody else signs in in their place
        return
    request = event.provider.request
    headers = forget(request)
    request.add_response_callback(lambda request, response: response.headerlist.extend(headers))


def within(request, url):
    """``url`` where it leads to this very site; the front page otherwise."""
    home = request.route_url("home")
    return url if url.startswith(home) else home
