"""Somebody else's application, with habits of its own, that includes the provider under /openid."""

from pyramid.authentication import AuthTktCookieHelper
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from zope.interface import Interface

from oidc_op.protect import protected_resource_view

PASSWORD = "correct horse"


class IPolicy(Interface):
    """Where the host keeps its policy."""


class User:
    """One of the host's people."""

    def __init__(self, sub):
        self.sub, self.username = sub, sub
        self.roles = ("admin",) if sub == "user-root" else ()


class Users:
    """Whoever gives the password is somebody."""

    def __init__(self, provider):
        pass

    def get(self, sub):
        return User(sub) if sub.startswith("user") else None

    def authenticate(self, login, password):
        return User(login) if password == PASSWORD and login.startswith("user") else None

    def claims(self, account, scopes):
        return {"name": account.username.title(), "email": f"{account.username}@host.example", "email_verified": True}


class LenientPolicy:
    """Knows who is signed in, ignores ACLs and allows everything, but for what is for the bearers of tokens."""

    def __init__(self):
        self.helper = AuthTktCookieHelper("the host's secret, which is no secret", hashalg="sha512", cookie_name="host")

    def authenticated_userid(self, request):
        identity = self.helper.identify(request)
        return identity["userid"] if identity else None

    def permits(self, request, context, permission):
        return permission != "bear a token" or request.oidc_token is not None

    def remember(self, request, userid, **kw):
        return self.helper.remember(request, userid, **kw)

    def forget(self, request, **kw):
        return self.helper.forget(request, **kw)


class Root:
    """The host's own tree."""

    __name__ = __parent__ = None


LOGIN = """<form method="post" action="/host-login"><input type="hidden" name="next" value="{}"><input name="username">
<input name="password" type="password"><button id="login-submit" name="login-submit" value="1">Sign in</button></form>"""


def home(context, request):
    return Response("the host's home")


def named(context, request):
    return Response("the host's authorize")


def login(context, request):
    """The host's sign-in, which tells the provider where ``tell`` is set."""
    if request.method == "GET":
        return Response(LOGIN.format(request.GET.get("next", "/").replace("&", "&amp;").replace('"', "&quot;")))
    name = request.POST["username"]
    if request.POST["password"] != PASSWORD:
        return Response("no", status=403)
    response = HTTPSeeOther(request.POST["next"])
    if request.registry.settings["host.tells"]:
        provider = request.oidc_provider
        provider.signed_in(name, provider.now - int(request.registry.settings.get("host.seconds_ago", 0)), ("pwd",))
    else:
        response.headerlist.extend(request.registry.getUtility(IPolicy).remember(request, name))
    return response


def logout(context, request):
    response = HTTPSeeOther("/")
    if request.registry.settings["host.tells"]:
        request.oidc_provider.signed_out()
    response.headerlist.extend(request.registry.getUtility(IPolicy).forget(request))
    return response


def confused(context, request):
    """Signs somebody in, and fails."""
    request.oidc_provider.signed_in("user-ann")
    raise RuntimeError("the host's own fault")


def failed(error, request):
    return Response("the host failed", status=500)


def not_found(request):
    return Response("the host has no such thing", status=404)


def raises(context, request):
    raise RuntimeError("the host's own fault")


def api(context, request):
    """What the bearer of a token may see."""
    token = request.oidc_token
    return {"client": token.client.client_id, "sub": token.grant.sub, "scopes": list(token.scopes), "account": token.account.username}


@protected_resource_view(["testscope"])
def decorated(request, *args, **kwargs):
    return {"protected": "information", "client": request.oidc_token.client.client_id}


@protected_resource_view("testscope")
def decorated_with_context(context, request):
    return {"context": type(context).__name__}


def careless(context, request):
    """Writes, and then finds that it must not."""
    request.oidc_provider.store.clients.remove(request.GET["client_id"])
    return protected_resource_view("other")(home)(context, request)


def open_to_all(request):
    return {"token": request.oidc_token}


def add_api(config):
    """Views that need an access token, as a host writes them, beside one that does not."""
    config.include("oidc_op.protect")
    config.add_oidc_scope("testscope", "Test", "Reach the host's API.")
    options = {"renderer": "json", "require_csrf": False, "permission": NO_PERMISSION_REQUIRED}
    config.add_view(api, name="api", scope="testscope", **options)
    config.add_view(api, name="api-of-two", scope=("testscope", "email"), **options)
    config.add_view(api, name="api-of-any", scope=(), **options)
    config.add_view(decorated, name="decorated", **options)
    config.add_view(decorated_with_context, name="decorated-with-context", **options)
    config.add_view(careless, name="careless", **options)
    config.add_view(open_to_all, name="open", **options)
    options["permission"] = "bear a token"
    config.add_view(open_to_all, name="by-policy-alone", **options)
    config.add_view(decorated, name="by-policy", scope="testscope", **options)
    config.add_route("routed", "/routed/{name}")
    config.add_view(api, route_name="routed", scope="testscope", **options)


def main(global_config, **settings):
    """``host.tells`` is true where the host tells the provider of sign-ins; else its ``authenticated_userid`` has to do.

    ``host.seconds_ago`` is how long ago the people have proved who they are when it tells.
    """
    settings["host.tells"] = settings.get("host.tells") in (True, "true")
    policy = LenientPolicy()
    config = Configurator(settings=settings, security_policy=policy, root_factory=lambda request: Root())
    config.registry.registerUtility(policy, IPolicy)
    config.set_default_csrf_options(require_csrf=True)
    config.set_default_permission("whatever")
    config.add_view(home)
    config.add_view(named, name="authorize")
    config.add_view(named, name="surprise")
    config.add_view(raises, name="raises")
    config.add_view(confused, name="host-confused")
    config.add_view(login, name="host-login", require_csrf=False)
    config.add_view(logout, name="host-logout")
    config.add_view(failed, context=Exception)
    config.add_notfound_view(not_found)
    config.include("oidc_op", route_prefix="/openid")
    config.include(add_api)
    if settings.get("oidc.login_url"):
        config.set_oidc_accounts(Users)
    return config.make_wsgi_app()
