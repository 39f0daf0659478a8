"""The UserInfo endpoint (OIDC Core §5.3)."""

from __future__ import annotations

from pyramid.response import Response

from oidc_op.config.view_registration import oidc_view
from oidc_op.interfaces import Request
from oidc_op.protocol.userinfo import userinfo
from oidc_op.resources.endpoints import UserInfoEndpoint

from .json_response import json_reply


@oidc_view(context=UserInfoEndpoint, request_method=("GET", "POST"), cors=True)
def claims(endpoint: UserInfoEndpoint, request: Request) -> Response:
    return json_reply(userinfo(endpoint.provider))
