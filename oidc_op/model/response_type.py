"""Response types (OAuth 2.0 Multiple Response Type Encoding Practices): which there are, and what each of them takes."""

from __future__ import annotations

CODE, IMPLICIT = "authorization_code", "implicit"

#: Each response type, its words in alphabetical order, and the grant types a client needs for it (OIDC Registration §2).
RESPONSE_TYPES: dict[str, tuple[str, ...]] = {
    "code": (CODE,),
    "code id_token": (CODE, IMPLICIT),
    "code id_token token": (CODE, IMPLICIT),
    "code token": (CODE, IMPLICIT),
    "id_token": (IMPLICIT,),
    "id_token token": (IMPLICIT,),
    "none": (),
    "token": (IMPLICIT,),
}


def ordered(response_type: str) -> str:
    """``response_type`` with its words in the order in which we write them; theirs means nothing (§3)."""
    return " ".join(sorted(response_type.split(" ")))


def fragment_encoded(response_type: str) -> bool:
    """Whether the answer belongs into the fragment, because servers must not see what it holds (§5)."""
    return bool({"token", "id_token"} & set(response_type.split(" ")))
