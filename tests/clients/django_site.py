"""A Django site that lets people sign in at a provider, by mozilla-django-oidc, Authlib's integration, and python-social-auth."""

from typing import Any

import django
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.test import override_settings
from registrations import AUTHLIB_REDIRECT_URI, SECRET

SCOPE = "openid profile email"


def set_up() -> None:
    """Configure Django for this process, with a database in memory."""
    if settings.configured:
        return
    settings.configure(
        SECRET_KEY="the secret of a site that exists for a minute",
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF="django_urls",
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "mozilla_django_oidc",
            "social_django",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "mozilla_django_oidc.middleware.SessionRefresh",
        ],
        AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
        OIDC_RP_CLIENT_ID="django",
        OIDC_RP_CLIENT_SECRET=SECRET,
        OIDC_RP_SIGN_ALGO="RS256",
        OIDC_RP_SCOPES=SCOPE,
        OIDC_USE_PKCE=True,
        OIDC_STORE_ID_TOKEN=True,
        SOCIAL_AUTH_OIDC_KEY="social",
        SOCIAL_AUTH_OIDC_SECRET=SECRET,
        SOCIAL_AUTH_OIDC_SCOPE=["offline_access"],
        SOCIAL_AUTH_OIDC_TOKEN_ENDPOINT_AUTH_METHOD="client_secret_post",  # in which it refreshes whatever stands here
        SOCIAL_AUTH_OIDC_USE_PKCE=True,
        SOCIAL_AUTH_LOGIN_REDIRECT_URL="/social/member/",
        LOGIN_URL="/oidc/authenticate/",
        LOGIN_REDIRECT_URL="/private/",
        LOGIN_REDIRECT_URL_FAILURE="/failed/",
        **endpoints_of("http://localhost"),
    )
    django.setup()
    call_command("migrate", verbosity=0)


def endpoints_of(issuer: str) -> dict[str, str]:
    """The settings by which mozilla-django-oidc finds the provider."""
    return {
        "OIDC_OP_AUTHORIZATION_ENDPOINT": f"{issuer}/authorize",
        "OIDC_OP_TOKEN_ENDPOINT": f"{issuer}/token",
        "OIDC_OP_USER_ENDPOINT": f"{issuer}/userinfo",
        "OIDC_OP_JWKS_ENDPOINT": f"{issuer}/jwks",
    }


def at(issuer: str) -> override_settings:
    """Meanwhile, the site's people sign in at ``issuer``."""
    clients = {"provider": {"client_id": "authlib", "client_secret": SECRET, "server_metadata_url": _discovery(issuer)}}
    return override_settings(AUTHLIB_OAUTH_CLIENTS=clients, SOCIAL_AUTH_OIDC_OIDC_ENDPOINT=issuer, **endpoints_of(issuer))


def provider(refreshed: list[dict[str, Any]]) -> Any:
    """The client of Authlib, for the issuer that the settings name; it adds the tokens of each refresh to the list."""
    oauth = OAuth()
    oauth.register(
        "provider",
        client_kwargs={"scope": f"{SCOPE} offline_access", "code_challenge_method": "S256"},
        update_token=lambda token, **_old: refreshed.append(token),
    )
    return oauth.provider


@login_required
def private(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"email": request.user.email, "id_token": request.session["oidc_id_token"]})


def failed(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("not signed in", status=403)


def authlib_login(request: HttpRequest) -> HttpResponseBase:
    return provider([]).authorize_redirect(request, AUTHLIB_REDIRECT_URI, **request.GET.dict())


def authlib_callback(request: HttpRequest) -> HttpResponse:
    refreshed: list[dict[str, Any]] = []
    client = provider(refreshed)
    token = client.authorize_access_token(request)
    userinfo = client.userinfo(token=token)
    again = client.userinfo(token=token | {"expires_at": 1})
    return JsonResponse({"token": token, "userinfo": userinfo, "refreshed": refreshed, "again": again})


def _discovery(issuer: str) -> str:
    return f"{issuer}/.well-known/openid-configuration"
