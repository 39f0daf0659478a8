"""Settings under the names that django-oidc-provider gives them, and what each is called here."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

from oidc_op.interfaces import JSONObject, RawSettings

TEMPLATES = "OIDC_TEMPLATES"
PAGES = {"authorize": "oidc.templates.authorize", "error": "oidc.templates.error"}
PAIR = re.compile(r"(\w+)\s*[=:]\s*(\S+)")
OURS = re.compile(r"OIDC_[A-Z_]+")
NEAR = 0.85  # a host may have settings of its own that begin with OIDC_; only what is nearly the same is a slip

#: Every setting of django-oidc-provider 0.5 to 0.9 (``OIDC_TEMPLATES``, which holds two, stands apart).
DJANGO_SETTINGS: dict[str, str] = {
    "SITE_URL": "oidc.site_url",
    "OIDC_LOGIN_URL": "oidc.login_url",
    "OIDC_AFTER_USERLOGIN_HOOK": "oidc.after_userlogin_hook",
    "OIDC_AFTER_END_SESSION_HOOK": "oidc.after_end_session_hook",
    "OIDC_CODE_EXPIRE": "oidc.code_expire",
    "OIDC_DISCOVERY_CACHE_ENABLE": "oidc.discovery_cache_enable",
    "OIDC_DISCOVERY_CACHE_EXPIRE": "oidc.discovery_cache_expire",
    "OIDC_EXTRA_SCOPE_CLAIMS": "oidc.extra_scope_claims",
    "OIDC_IDTOKEN_EXPIRE": "oidc.idtoken_expire",
    "OIDC_IDTOKEN_INCLUDE_CLAIMS": "oidc.idtoken_include_claims",
    "OIDC_IDTOKEN_PROCESSING_HOOK": "oidc.idtoken_processing_hook",
    "OIDC_IDTOKEN_SUB_GENERATOR": "oidc.idtoken_sub_generator",
    "OIDC_INTROSPECTION_PROCESSING_HOOK": "oidc.introspection_processing_hook",
    "OIDC_INTROSPECTION_VALIDATE_AUDIENCE_SCOPE": "oidc.introspection_validate_audience_scope",
    "OIDC_INTROSPECTION_RESPONSE_SCOPE_ENABLE": "oidc.introspection_response_scope_enable",
    "OIDC_SESSION_MANAGEMENT_ENABLE": "oidc.session_management_enable",
    "OIDC_UNAUTHENTICATED_SESSION_MANAGEMENT_KEY": "oidc.unauthenticated_session_management_key",
    "OIDC_SKIP_CONSENT_EXPIRE": "oidc.skip_consent_expire",
    "OIDC_TOKEN_EXPIRE": "oidc.token_expire",
    "OIDC_USERINFO": "oidc.userinfo",
    "OIDC_GRANT_TYPE_PASSWORD_ENABLE": "oidc.grant_type_password_enable",
}


#: Settings that older versions of it had, and what to do instead.
OBSOLETE: dict[str, str] = {
    "OIDC_SKIP_CONSENT_ALWAYS": "set require_consent=false for each client that may do without",
    "OIDC_SKIP_CONSENT_ENABLE": "set reuse_consent=false for each client that is to ask each time",
    "OIDC_RSA_KEY_FOLDER": "import the keys: oidc-op key import",
}


def obsolete(given: RawSettings) -> list[str]:
    """Return what to do about each setting in ``given`` that has no meaning any more."""
    return [f"the setting {name} has no effect: {instead}" for name, instead in OBSOLETE.items() if name in given]


def adopt(given: MutableMapping[str, Any], faults: list[str]) -> dict[str, str]:
    """Put what ``given`` has under a former name under ours, too; the former names, by ours.

    Both names with different values are a fault, as is a former name that is nearly right.
    """
    found: dict[str, str] = {}
    for old, new, value in _formerly_named(given, faults):
        if not text_of(value):
            continue
        if not text_of(given.get(new)):
            given[new], found[new] = value, old
        elif text_of(given[new]) != text_of(value):  # which may be secret
            faults.append(f"{old}: has another value than {new}, which is its name here; one of them will do")
    return found


def text_of(value: Any) -> str:
    """``value`` as an ini file would say it, blank for None: a host may pass lists, numbers and truth values."""
    if value is None:
        return ""
    return " ".join(map(str, value) if isinstance(value, list | tuple) else str(value).split())


def _formerly_named(given: RawSettings, faults: list[str]) -> list[tuple[str, str, Any]]:
    found = [(old, new, given[old]) for old, new in DJANGO_SETTINGS.items() if old in given]
    for page, value in _pages(given.get(TEMPLATES)).items():
        if page in PAGES:
            found.append((TEMPLATES, PAGES[page], value))
        else:
            faults.append(f"{TEMPLATES}: there is no page {page!r}; there are: {', '.join(PAGES)}")
    known = [*DJANGO_SETTINGS, *OBSOLETE, TEMPLATES]
    for name in sorted(name for name in given if OURS.fullmatch(name) and name not in known):
        near = difflib.get_close_matches(name, known, 1, NEAR)
        if near:
            faults.append(
                f"{name}: there is no such setting; did you mean {near[0]}, here {DJANGO_SETTINGS.get(near[0], 'oidc.templates.*')}?"
            )
    return found


def _pages(value: Any) -> JSONObject:
    """``OIDC_TEMPLATES`` is a dictionary in Python; in an ini file, pairs of ``authorize = …``."""
    return dict(value) if isinstance(value, Mapping) else dict(PAIR.findall(str(value or "")))
