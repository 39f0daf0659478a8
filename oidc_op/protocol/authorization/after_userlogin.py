"""The hooks that have a say once somebody is signed in: django-oidc-provider's ``OIDC_AFTER_USERLOGIN_HOOK``."""

from __future__ import annotations

from oidc_op.protocol.errors import InteractionRequired
from oidc_op.protocol.hooks import faulty

from .hook_request import hook_request
from .request import Authorization


def ask_after_userlogin(authorization: Authorization) -> None:
    """Ask each hook about the account; the first response is the answer.

    A request is decided anew after each page, so no page leads past them.

    :raises InteractionRequired: there is a response, but the client wants nobody to see anything (``prompt=none``).
    :raises ServerError: a hook returned something that is no response.
    """
    hooks = authorization.provider.configuration.after_userlogin_hooks
    if authorization.account is None or not hooks:
        return
    request = hook_request(authorization)
    for hook in hooks:
        response = hook(request=request, user=authorization.account, client=authorization.client)
        if not response:
            continue
        if not hasattr(response, "headerlist"):
            raise faulty(hook, response, "a response or None")
        if "none" in authorization.prompt:
            raise InteractionRequired("the person would have to be asked", detail=f"a response of {hook!r}")
        authorization.answer = response
        return
