"""Pages for people: rendered in one visual language, under a strict policy (CSP Level 3)."""

from __future__ import annotations

from importlib.metadata import version
from urllib.parse import urlsplit

from jinja2 import TemplateError
from pyramid.response import Response
from pyramid_jinja2 import IJinja2Environment

from oidc_op.config.settings import Settings
from oidc_op.interfaces import Configurator, Registry, Request
from oidc_op.model.client import Client
from oidc_op.model.redirect_uri import origin_or_scheme
from oidc_op.protocol.authorization_response import Answer, FormPost, Redirect

from .json_response import NO_STORE, NOSNIFF

VERSION = version("oidc_op")
RESUME = "resume="  # in the query of what a form of ours has led to
MOST_PLACES = 12  # in a Content-Security-Policy
ANYWHERE = ("*",)  # the form has one address, which is ours to choose; where the client redirects it then is the client's affair
RENDERER = ".oidc_op"  # a Jinja environment of our own, whatever the host's does
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:{images}; form-action {targets}; "
    "frame-ancestors 'none'; base-uri 'none'"
)


def page(
    request: Request,
    name: str,
    *,
    status: int = 200,
    client: Client | None = None,
    targets: tuple[str, ...] = ("'self'",),
    **context: object,
) -> Response:
    """The page that the template ``name`` makes of ``context``.

    ``targets`` are the places that its forms, and the redirects that follow them, may lead to.
    """
    provider = request.oidc_provider
    environment = request.registry.getUtility(IJinja2Environment, name=RENDERER)
    body = environment.get_template(_chosen(provider.settings).get(name) or f"oidc_op:templates/{name}.jinja2").render(
        client=client,
        provider_name=provider.settings.provider_name or urlsplit(provider.issuer).netloc,
        static=lambda path: provider.url("static", path, v=VERSION),
        lang="en",
        **context,
    )
    logo = f" {origin_or_scheme(client.logo_uri)}" if client and client.logo_uri.startswith(("https:", "http:")) else ""
    raw = body.encode()
    return Response(
        app_iter=[raw],
        status=status,
        headerlist=[
            ("Content-Type", "text/html; charset=UTF-8"),
            ("Content-Security-Policy", POLICY.format(images=logo, targets=" ".join(targets))),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "no-referrer"),
            NOSNIFF,
            *NO_STORE,
            *_transport(provider.settings),
            ("Content-Length", str(len(raw))),
        ],
    )


def _transport(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return the header that keeps browsers on https (RFC 6797), where the settings ask for it."""
    return (("Strict-Transport-Security", f"max-age={settings.hsts_expire}"),) if settings.hsts_expire else ()


def template_faults(registry: Registry) -> list[str]:
    """Return the faults of the templates that the settings name."""
    environment, found = registry.getUtility(IJinja2Environment, name=RENDERER), []
    for name, template in _chosen(registry.oidc_settings).items():
        try:
            environment.get_template(template)
        except (TemplateError, ImportError, ValueError) as error:
            key = "authorize" if name == "consent" else name
            found.append(f"oidc.templates.{key} = {template!r}: cannot be used: {error.__class__.__name__}: {error}")
    return found


def _chosen(settings: Settings) -> dict[str, str]:
    """The templates that settings choose in place of ours, by the names of ours."""
    named = {"consent": settings.templates_authorize, "error": settings.templates_error}
    return {name: template for name, template in named.items() if template}


def places(request: Request, client: Client | None, redirect_uri: str) -> tuple[str, ...]:
    """Return the places that a form may lead to, where its answer goes to ``redirect_uri``.

    To us alone, where the browser will be sent on by a page (``leave``). A browser that does not say what it asks for is
    redirected: there, and to some of the places where the client is at home, as many as a header has room for.
    """
    if is_navigation(request) or client is None or not redirect_uri:
        return ("'self'",)
    return tuple(dict.fromkeys(("'self'", origin_or_scheme(redirect_uri), *client.places)))[:MOST_PLACES]


def respond(request: Request, answer: Answer, client: Client) -> Response:
    """The HTTP response that an authorization's answer to ``client`` is."""
    if isinstance(answer, FormPost):
        targets = ANYWHERE if is_navigation(request) else places(request, client, answer.redirect_uri)[1:]
        return page(request, "form_post", client=client, targets=targets, redirect_uri=answer.redirect_uri, fields=answer.fields)
    if isinstance(answer, Redirect):
        return leave(request, answer.location, client) if answer.leaves else see_other(answer.location)
    return answer


def leave(request: Request, location: str, client: Client | None) -> Response:
    """Go to an address of the client.

    Chromium holds ``form-action`` of a page against every redirect that follows its form, also against those of the client,
    which may go to a broker or to an application on the device. So what follows a form of ours is a page that navigates on.
    """
    follows_a_form = request.method == "POST" or RESUME in request.environ.get("QUERY_STRING", "")
    if follows_a_form and is_navigation(request):
        return page(request, "continue", client=client, location=location)
    return see_other(location)


def is_navigation(request: Request) -> bool:
    """Whether a browser that says so asks for what it is going to show (Fetch Metadata), rather than a program or a frame."""
    environ = request.environ
    return environ.get("HTTP_SEC_FETCH_MODE") == "navigate" and environ.get("HTTP_SEC_FETCH_DEST") == "document"


def see_other(location: str) -> Response:
    """Go there by GET (RFC 9110 §15.4.4)."""
    return Response(
        status=303,
        headerlist=[("Location", location), ("Content-Length", "0"), ("Referrer-Policy", "no-referrer"), *NO_STORE],
    )


def includeme(config: Configurator) -> None:
    config.registry.settings.setdefault("oidc_op.jinja2.autoescape", "true")
    config.registry.settings["oidc_op.jinja2.undefined"] = ""
    config.add_jinja2_renderer(RENDERER, settings_prefix="oidc_op.jinja2.")
