"""What holds the store of an application, for the commands that look after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from oidc_op.interfaces import IStorage
from oidc_op.store import DoneElsewhere, StoreDamaged
from oidc_op.store.files import reason_of

from .console import Refused


def asked(provider: Any, verb: str, *arguments: Any, **options: Any) -> Any:
    """What the storage answers to ``verb``.

    :raises Refused: it does not do that.
    """
    found: Callable[..., Any] | None = getattr(provider.request.registry.queryUtility(IStorage), verb, None)
    if found is None:
        raise Refused("this store is looked after by its own means")
    try:
        return found(*arguments, **options)
    except (DoneElsewhere, StoreDamaged) as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(reason_of(error)) from error
