"""Session Management 1.0: clients can watch whether a person is still signed in."""

from oidc_op.interfaces import Configurator, IConfiguration


def includeme(config: Configurator) -> None:
    from oidc_op.events import SessionEnded, SignedIn

    from .cookie import after_sign_in, after_sign_out, keep_browser_state
    from .iframe import CheckSessionIframe, check_session_iframe
    from .state import session_state

    config.registry.getUtility(IConfiguration).response_parameters.append(session_state)
    config.add_oidc_authorization_step(keep_browser_state, after="find_session")
    config.add_subscriber(after_sign_in, SignedIn)
    config.add_subscriber(after_sign_out, SessionEnded)
    config.add_oidc_endpoint(CheckSessionIframe)
    config.add_oidc_view(check_session_iframe, context=CheckSessionIframe, request_method="GET")
