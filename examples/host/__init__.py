"""A book club's web site: it has members and a sign-in page of its own, and other sites sign their people in with it."""

from pyramid.authentication import AuthTktCookieHelper
from pyramid.config import Configurator
from pyramid.csrf import CookieCSRFStoragePolicy


class SecurityPolicy:
    """Who is signed in stands in a cookie; everybody may see everything."""

    def __init__(self, secret):
        options = {"hashalg": "sha512", "wild_domain": False, "http_only": True, "samesite": "Lax"}
        self.cookie = AuthTktCookieHelper(secret, cookie_name="book_club", **options)

    def authenticated_userid(self, request):
        identity = self.cookie.identify(request)
        return identity["userid"] if identity else None

    def permits(self, request, context, permission):
        return True

    def remember(self, request, userid, **kw):
        return self.cookie.remember(request, userid, **kw)

    def forget(self, request, **kw):
        return self.cookie.forget(request, **kw)


def main(global_config, **settings):
    """What ``pserve`` serves: the club, and the provider under /openid."""
    config = Configurator(settings=settings, security_policy=SecurityPolicy(settings["host.secret"]))
    config.set_csrf_storage_policy(CookieCSRFStoragePolicy())
    config.set_default_csrf_options(require_csrf=True)
    config.include("pyramid_jinja2")
    config.add_route("home", "/")
    config.add_route("sign-in", "/sign-in")
    config.add_route("sign-out", "/sign-out")
    config.scan(".views")
    config.include("oidc_op", route_prefix="/openid")
    config.include("oidc_op.cli.control")  # oidc-op commands work while the server runs
    config.include("oidc_op.process.shutdown")  # SIGTERM ends it in good order
    config.set_oidc_accounts(".members.Members")
    return config.make_wsgi_app()
