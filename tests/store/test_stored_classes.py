"""Which classes the objects in a database may have."""

from pickle import UnpicklingError

import pytest

from oidc_op.store.zodb.stored_classes import find_class


@pytest.mark.parametrize(
    ("module", "name"),
    [
        *(("BTrees.OOBTree", name) for name in ("OOBTree", "OOBucket", "OOSet", "OOTreeSet")),
        *(("BTrees.LOBTree", name) for name in ("LOBTree", "LOBucket")),
        ("persistent.mapping", "PersistentMapping"),
        ("builtins", "frozenset"),
        ("oidc_op.store.zodb.slices", "Slice"),
    ],
)
def test_ours_are_found(module, name):
    assert find_class(())(None, module, name).__name__.startswith(name)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        *(("builtins", name) for name in ("eval", "exec", "getattr", "open", "__import__")),
        *(("os", "system"), ("posix", "system"), ("subprocess", "Popen"), ("copyreg", "_reconstructor")),
        *(("BTrees.OOBTree", "os.system"), ("BTrees.OOBTree", "LOBTree"), ("BTrees.check", "OOBTree"), ("BTrees.OOBTree", "sys")),
        *(("persistent.mapping", "sys"), ("oidc_op.secret", "read_secret"), ("oidc_op.store.zodb", "restore")),
        *(("oidc_op.store.zodb.slices", "base64.b64decode"), ("oidc_op.store.zodb.slices", "struct"), ("myapp_too.models", "Root")),
    ],
)
def test_no_other_is(module, name):
    with pytest.raises(UnpicklingError, match="which is not the provider's"):
        find_class(("myapp",))(None, module, name)


def test_a_host_names_its_packages():
    assert find_class(("collections",))(None, "collections", "OrderedDict").__name__ == "OrderedDict"
    assert find_class(("json",))(None, "json.decoder", "JSONDecoder").__name__ == "JSONDecoder"
