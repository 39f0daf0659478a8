"""Start-up: settings read and judged, directives called for them, extensions included."""

from __future__ import annotations

import logging
from dataclasses import MISSING, replace
from typing import Any
from urllib.parse import urlsplit

from pyramid.events import ApplicationCreated
from pyramid.exceptions import ConfigurationError

from .config.configuration import configuration
from .config.django_settings import adopt, obsolete
from .config.settings import Declared, table
from .config.settings_reader import Faults, check, read, read_one, unknown, with_issuer
from .interfaces import Configurator, IKeyCache, IMasterSecret, ISettings
from .process.script_request import script_request
from .process.serving import is_serving
from .protocol import client_secret
from .protocol.key_cache import KeyCache
from .secret import WRONG_CLIENT_SECRETS, WRONG_SECRET, MasterSecret, SecretError, draw, read_secret
from .store import StoreHeld
from .views.page import template_faults

log = logging.getLogger(__name__)
EXAMPLE = "example.com"  # for documents alone (RFC 2606 §3)
DEMO_NEEDS = ("requests",)  # what the extra demo brings
LAST = 10_000  # the order of what is done after every directive has been carried out
DEFAULTS = {
    "tm.manager_hook": "pyramid_tm.explicit_manager",
    "tm.annotate_user": "false",
    "retry.attempts": "10",
}


def defaults(config: Configurator) -> None:
    """Set the defaults of the packages that we stand on, where the settings are silent."""
    given = config.registry.settings
    for key, value in DEFAULTS.items():
        given.setdefault(key, value)


def settings(config: Configurator) -> None:
    """Read the settings; what is wrong is said at the end, all at once."""
    given, faults = config.registry.settings, Faults()
    for new, old in adopt(given, faults).items():
        log.warning("the setting %s is called %s here", old, new)
    for warning in obsolete(given):
        log.warning("%s", warning)
    values = with_issuer(read(given, faults), configuration(config).mount)
    for key in ("tm.commit_veto", "pyramid_tm.commit_veto"):
        if given.get(key):
            faults.append(f"{key}: must not be set; it would undo what is written when a stolen code or token is refused")
    config.registry.oidc_settings = values
    config.registry.registerUtility(values, ISettings)
    config.registry.registerUtility(_secret(values.secret_file, faults), IMasterSecret)
    config.registry.registerUtility(KeyCache(), IKeyCache)
    config.registry.oidc_faults = faults
    config.add_subscriber(_check_secret, ApplicationCreated)


def store(config: Configurator) -> None:
    """Open the store; what is wrong with it is said at the end, with all the rest.

    :raises StoreHeld: another process has it; said at once, since a command then asks that process.
    """
    try:
        config.include(".store")
    except StoreHeld:
        raise
    except ConfigurationError as error:
        config.registry.oidc_faults.append(str(error))


def extend(config: Configurator) -> None:
    """Call the directives and include the features that settings stand for, and include what ``oidc.includes`` lists.

    Called by our own includeme, not included: so the host stands above the ini, and extensions stand one level below it,
    which is how Pyramid resolves conflicts.
    """
    values = config.registry.oidc_settings
    for declared in table():
        value = getattr(values, declared.name)
        if declared.feature and value:
            config.include(declared.feature)
        if declared.directive and value:
            _call(config, declared, value, config.registry.oidc_faults)
    for name in values.includes:
        try:
            extension = config.maybe_dotted(name)
        except (ImportError, AttributeError, ValueError) as error:
            helps = "; pip install oidc_op[demo]" if getattr(error, "name", "") in DEMO_NEEDS else ""
            config.registry.oidc_faults.append(f"oidc.includes = {name!r}: cannot be imported: {error}{helps}")
        else:
            try:
                config.include(extension)
            except Exception as error:
                error.add_note(f"oidc.includes = {name!r}: it fails while it is included")
                raise
    config.action((__name__, "check"), _check, (config, config.registry.oidc_faults), order=LAST)


def _call(config: Configurator, declared: Declared, value: Any, faults: Faults) -> None:
    for each in (value,) if isinstance(value, str) else value:
        try:
            getattr(config, declared.directive)(each)
        except (ImportError, AttributeError, ValueError) as error:
            faults.append(f"{declared.key} = {each!r}: cannot be imported: {error}")
        except ConfigurationError as error:
            faults.append(f"{declared.key} = {each!r}: {error}")


def _secret(path: str, faults: Faults) -> MasterSecret:
    try:
        return read_secret(path)
    except SecretError as error:
        faults.append(f"oidc.secret_file: {error}")
        return MasterSecret((draw(),))  # never used: start-up stops at the fault


def _check(config: Configurator, faults: Faults) -> None:
    """Judge everything once it is known, and say it all at once."""
    given, values, tables = config.registry.settings, config.registry.oidc_settings, configuration(config)
    extension = {}
    for declared in tables.settings:
        value = read_one(declared, given, faults)
        extension[declared.key] = declared.default if value is MISSING else value
    faults.extend(unknown(given, [each.key for each in table(tables.settings)]))
    faults.extend(check(values, faults))
    faults.extend(template_faults(config.registry))
    if values.issuer and not values.issuer.endswith(tables.mount):
        faults.append(f"oidc.issuer = {values.issuer!r}: must end with the path of the mount, {tables.mount}")
    faults.stop()
    final = replace(values, extension=extension)
    config.registry.oidc_settings = final
    config.registry.registerUtility(final, ISettings)
    if (urlsplit(values.issuer).hostname or "").endswith(EXAMPLE):
        log.warning("oidc.issuer = %s: nobody can reach that name; put yours there", values.issuer)
    if values.development:
        log.warning("oidc.development = true: for trying it out, never for people you do not know")


def _check_secret(event: Any) -> None:
    """See before anybody is served that the master secret opens the keys; a command may mend it where it does not."""
    if not is_serving():
        return
    try:
        with script_request(event.app.registry) as request, request.tm:
            unopened = request.oidc_provider.keys.unopened()
            of_clients = [] if unopened else client_secret.unopened(request.oidc_provider)
    finally:
        event.app.registry.getUtility(IKeyCache).forget()  # it serves nobody yet
    if unopened:
        raise ConfigurationError(WRONG_SECRET.format(", ".join(unopened), "oidc-op key rotate --now, with this server's ini file,"))
    if of_clients:
        log.warning("%s", WRONG_CLIENT_SECRETS.format(", ".join(of_clients)))
