"""Values that no parameter may have, as they would stand in a query or in a form."""

import pytest

MALFORMED = {
    "oversized": b"a" * 66_000,
    "not UTF-8": b"%ff%fe",
    "half a surrogate": b"%ED%A0%80",
    "NUL": b"%00",
    "raw bytes": b"\xff\xfe",
}

#: Tables of such values are sent twice: as a host's application is called, and as a server reads them from the wire.
ON_TWO_MOUNTS = pytest.mark.parametrize("mount", ["included", "served"], indirect=True)
