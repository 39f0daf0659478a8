"""The store backend of an application, for the commands that maintain it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pyramid.exceptions import ConfigurationError

from oidc_op.interfaces import IProvider, IStoreBackend
from oidc_op.store import DoneElsewhere, StoreDamaged, StoreHeld
from oidc_op.store.files import reason_of

from .console import Refused


def asked(provider: IProvider, verb: str, *arguments: Any, **options: Any) -> Any:
    """Call a method of the store backend.

    :raises Refused: it does not do that.
    """
    found: Callable[..., object] | None = getattr(provider.request.registry.queryUtility(IStoreBackend), verb, None)
    if found is None:
        raise Refused("this store is looked after by its own means")
    try:
        return found(*arguments, **options)
    except (DoneElsewhere, StoreDamaged) as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(reason_of(error)) from error


@contextmanager
def without_a_server(doing: str) -> Iterator[None]:
    """Run the block on a store that no application has open; ``doing`` names the work in the message of a failure.

    :raises StoreHeld: another process has it; what that means is the caller's to say.
    :raises Refused: it cannot be done.
    """
    try:
        yield
    except StoreHeld:
        raise
    except (ConfigurationError, DoneElsewhere) as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(f"cannot {doing}: {reason_of(error)}") from error
