"""An extension with an endpoint for the bearers of access tokens."""

import json

from pyramid.response import Response

from oidc_op.resources.endpoints import Endpoint


class GuardedEndpoint(Endpoint):
    """Who has a token?"""

    name = "guarded"
    cors = True


def guarded(endpoint, request):
    answer = {"client": request.oidc_token.client.client_id}
    return Response(json.dumps(answer).encode(), content_type="application/json", charset="utf-8")


def includeme(config):
    config.include("oidc_op.protect")
    config.add_oidc_scope("guarded", "Guarded", "Reach the guarded endpoint.")
    config.add_oidc_endpoint(GuardedEndpoint)
    config.add_oidc_view(guarded, context=GuardedEndpoint, request_method="GET", cors=True, scope="guarded")
