"""See whether the server starts with an ini file, and say in a few lines what stops it."""

from __future__ import annotations

import argparse
from urllib.parse import urlsplit

from oidc_op.interfaces import IProvider
from oidc_op.protocol import client_secret
from oidc_op.secret import WRONG_CLIENT_SECRETS, WRONG_SECRET

from . import add_common
from .command import Command
from .console import Console, Refused
from .output import Answer, answer, facts

EXAMPLE = "example.com"  # for documents alone (RFC 2606 §3)
NOT_YOURS = "oidc.issuer = {}: nobody can reach that name; put yours there before clients know it, since it never changes afterwards"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)


def run(args: argparse.Namespace, provider: IProvider, console: Console) -> Answer:
    """Look at the keys; faults that stop an application from being made were refused before."""
    if unopened := provider.keys.unopened():
        raise Refused(WRONG_SECRET.format(", ".join(unopened), "oidc-op key rotate X.ini --now"))
    algorithms = provider.keys.algorithms()
    if not algorithms:
        raise Refused("there are no signing keys; oidc-op init X.ini makes them")
    data = {"issuer": provider.settings.issuer or "(from the request)", "store": provider.settings.store, "algorithms": algorithms}
    return answer(args, data | {"warnings": doubts(provider)}, [*facts(data), "", "The server starts with this."], doubts(provider))


def doubts(provider: IProvider) -> list[str]:
    """Return warnings about settings with which a server starts, and that were probably not meant."""
    found, settings = [], provider.settings
    if is_example(settings.issuer):
        found.append(NOT_YOURS.format(settings.issuer))
    if settings.development:
        found.append("oidc.development = true: for trying it out, never for people you do not know")
    if unread := client_secret.unopened(provider):
        found.append(WRONG_CLIENT_SECRETS.format(", ".join(unread)))
    return found


def is_example(issuer: str) -> bool:
    """Whether an issuer has a name that stands in documents, and nowhere else."""
    host = urlsplit(issuer).hostname or ""
    return host == EXAMPLE or host.endswith(f".{EXAMPLE}")


COMMAND = Command(add_arguments=add_arguments, run=run)
