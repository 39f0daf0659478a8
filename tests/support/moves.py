"""Export from one application and import into another, as the commands do it."""

import io
from functools import partial

from inside import provider_of

from oidc_op.transfer import chosen
from oidc_op.transfer.exporter import export
from oidc_op.transfer.importer import Import


def exported(registry, *only, without=()):
    """The bytes of a file."""
    with provider_of(registry) as provider:
        _, lines = export(provider, chosen(only, without), lambda count: None)
        return "".join(lines).encode("ascii")


def imported(registry, content, *only, without=(), **options):
    """The import, which has been done."""
    transaction = partial(provider_of, registry)
    with transaction() as provider:
        now = provider.now
    work = Import(io.BytesIO(content), transaction, chosen(only, without), now, **options)
    work.run()
    return work


def held(registry, *kinds):
    """What a store holds, by kind and key."""
    with provider_of(registry) as provider:
        store = provider.store
        return {kind: {key: getattr(store, kind).get(key) for key in getattr(store, kind)} for kind in kinds or chosen()}
