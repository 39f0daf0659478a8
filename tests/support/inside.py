"""An application from inside: its provider, in a transaction of its own."""

from contextlib import contextmanager

from pyramid.scripting import prepare


@contextmanager
def provider_of(registry):
    """What is changed is committed at the end of the block."""
    env = prepare(registry=registry)
    try:
        with env["request"].tm:
            yield env["request"].oidc_provider
    finally:
        env["closer"]()
