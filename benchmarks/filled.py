"""A store with many live grants, like those of ordinary code flows."""

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request
from transaction import TransactionManager

from oidc_op.cli.ini import settings_of
from oidc_op.interfaces import IStoreFactory
from oidc_op.model.grant import Grant
from oidc_op.model.handle import DAY, draw_key
from oidc_op.store import close

TOGETHER = 2000  # grants in one transaction


class Opened:
    """An application with a store and nothing else."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        config = Configurator(settings=dict(settings))
        config.include("oidc_op.store")
        config.commit()
        self.registry = config.registry

    @contextmanager
    def session(self) -> Iterator[Any]:
        """Open the store in a transaction of its own."""
        request = Request.blank("/")
        request.registry, request.tm = self.registry, TransactionManager(explicit=True)
        try:
            with request.tm:
                yield self.registry.getUtility(IStoreFactory)(request)
        finally:
            request._process_finished_callbacks()  # noqa: SLF001


def grant(now: int) -> Grant:
    """Return a grant like that of a code flow, valid for a month; grants expire on thirty different days."""
    expires_at = now + DAY + secrets.randbelow(29 * DAY)
    made = Grant(draw_key(expires_at, daily=True), "client", f"sub-{secrets.token_hex(4)}", ("openid", "email"), now, expires_at)
    return replace(made, sid=draw_key(expires_at), auth_time=now, redirect_uri="https://rp.example/cb")


def add_grants(opened: Opened, count: int) -> Iterator[str]:
    """Write a number of grants in large transactions; return their keys."""
    now = int(time.time())
    for begun in range(0, count, TOGETHER):
        made = [grant(now) for _ in range(min(TOGETHER, count - begun))]
        with opened.session() as store:
            for each in made:
                store.grants.add(each)
        yield from (each.key for each in made)


def fill(ini: Path, count: int) -> None:
    """Write a number of grants to the store of an ini file that no server uses yet."""
    opened = Opened(settings_of(str(ini)))
    try:
        for _ in add_grants(opened, count):
            pass
    finally:
        close(opened.registry)
