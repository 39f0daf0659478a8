"""An extension that adds a page to the console, and hears of what is revoked there."""

from pyramid.response import Response

from oidc_op.events import ConsentRevoked
from oidc_op.resources.admin import Admin

TOLD = []


def includeme(config):
    config.add_oidc_view(report, context=Admin, name="report", request_method="GET", permission="manage", menu=(90, "Report"))
    config.add_subscriber(lambda event: TOLD.append((event.sub, event.client_id)), ConsentRevoked)


def report(admin, request):
    """How it goes."""
    return Response("the report")
