"""An extension with a fault of its own."""


def fail_when_asked(authorization):
    if authorization.params.get("ui_locales") == "fail":
        raise RuntimeError("an extension's fault")


def includeme(config):
    config.add_oidc_authorization_step(fail_when_asked)
