"""Values that no parameter may have, as they would stand in a query or in a form."""

MALFORMED = {
    "oversized": b"a" * 66_000,
    "not UTF-8": b"%ff%fe",
    "half a surrogate": b"%ED%A0%80",
    "NUL": b"%00",
    "raw bytes": b"\xff\xfe",
}
