"""The provider's keys (RFC 7517): making them, signing with them, publishing them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from oidc_op.interfaces import IProvider, JSONObject
from oidc_op.model.key import Key
from oidc_op.secret import SecretError

from .key_cache import KeyCache
from .pem import UnfitKey, checked_kid, read_pem

SEAL = "private key"
FRESH = 5.0  # seconds that a process trusts what it read; other processes may rotate too
PUBLISHED_FRESH = 1.0  # seconds that it publishes what it read: a client may come for a key that another process just signed with
ALGORITHMS = ("RS256", "ES256")


class NoSigningKey(LookupError):
    """No key signs with an algorithm; says which command makes one."""


class KeyRing:
    """The keys as one request sees them."""

    def __init__(self, provider: IProvider, cache: KeyCache) -> None:
        self._provider, self._cache = provider, cache
        self._has_changed = False

    def __iter__(self) -> Iterator[str]:
        """The ``kid`` of every key that is kept, as the store's collections give theirs."""
        return iter(self._provider.store.keys)

    def get(self, kid: str) -> Key | None:
        """The key, or None."""
        return self._provider.store.keys.get(kid)

    @property
    def records(self) -> tuple[Key, ...]:
        """Every key that is published now."""
        return self._records(FRESH)

    def _records(self, fresh: float) -> tuple[Key, ...]:
        cache, moment, now = self._cache, time.monotonic(), self._provider.now
        if self._has_changed:  # what may still be aborted is for this request alone
            return tuple(key for key in self._stored() if key.is_published(now))
        if moment - cache.read_at > fresh:
            cache.records, cache.read_at = self._stored(), moment
            known = {key.public for key in cache.records}
            for gone in [public for public in tuple(cache.imported) if public not in known]:
                cache.imported.pop(gone, None)  # no private key stays in memory longer than in the store
        return tuple(key for key in cache.records if key.is_published(now))

    def signing(self, alg: str) -> Key:
        """Return the key that signs with ``alg`` now: of several, the one that began last.

        Where every key of this algorithm is to begin later, the first of them signs already: the clock that made it may have
        been fast, and it is published.

        :raises NoSigningKey: there is none.
        """
        now = self._provider.now
        able = [key for key in self.records if key.alg == alg and key.signs(now)]
        if able:
            return max(able, key=lambda key: (key.active_at, key.created_at, key.kid))
        waiting = self._waiting(alg)
        if not waiting:
            raise NoSigningKey(f"there is no {alg} key; make one with: oidc-op key create X.ini --alg {alg}")
        return min(waiting, key=lambda key: (key.active_at, key.created_at, key.kid))

    def _waiting(self, alg: str) -> list[Key]:
        """Return the keys of an algorithm none of whose keys has begun to sign; none where one has, and was retired."""
        keys = [key for key in self.records if key.alg == alg]
        return keys if all(key.is_waiting(self._provider.now) for key in keys) else []

    def algorithms(self) -> list[str]:
        """The algorithms that there are keys for, RS256 first (OIDC Core §15.1)."""
        now = self._provider.now
        able = {key.alg for key in self.records if key.signs(now) or self._waiting(key.alg)}
        return [alg for alg in ALGORITHMS if alg in able]

    def sign(self, alg: str, claims: JSONObject, *, typ: str | None = None) -> str:
        """A signed JWT with ``claims``; its header carries ``kid``."""
        key = self.signing(alg)
        header = {"alg": alg, "kid": key.kid} | ({"typ": typ} if typ else {})
        return jws.serialize_compact(header, _json(claims), self._private(key), algorithms=[alg])

    @property
    def preferred(self) -> str:
        """The algorithm for what no client has chosen one for: RS256, which everybody must know, where there is a key for it."""
        return next(iter(self.algorithms()), ALGORITHMS[0])

    def verify(self, token: str, typ: str = "JWT") -> JSONObject | None:
        """The claims of a JWT of this type that one of our published keys signed, whatever its age; None for any other."""
        try:
            header = jws.extract_compact(token.encode("ascii")).headers()
            key = self._published(header.get("kid"))
            if key is None or key.alg != header.get("alg") or header.get("typ", "JWT") != typ:
                return None
            claims = json.loads(jws.deserialize_compact(token, _public(key), algorithms=[key.alg]).payload)
        except (ValueError, TypeError, AttributeError, RecursionError, JoseError):  # all that a crafted token leads to
            return None
        return claims if isinstance(claims, dict) else None

    def jwks(self) -> bytes:
        """The JWK Set (RFC 7517 §5) as JSON, made once per revision of the keys."""
        records = self._records(PUBLISHED_FRESH)
        keys, document = self._cache.jwks
        if records != keys or not document:
            document = _json({"keys": [key.public_jwk for key in records]})
            self._cache.jwks = (records, document)
        return document

    def unopened(self) -> list[str]:
        """The ``kid`` of each key that is to sign, now or later, and that this master secret does not open."""
        return [key.kid for key in self.records if not key.retired_at and not self._opens(key)]

    def reseal(self) -> int:
        """Seal the private keys anew, with the newest line of the master secret, where an older one sealed them; how many."""
        secret = self._provider.secret
        stale = [key for key in self._stored() if self._opens(key) and not secret.is_newest(SEAL, key.sealed)]
        for key in stale:
            self._provider.store.renew(replace(key, sealed=secret.seal(SEAL, secret.unseal(SEAL, key.sealed))))
        if stale:
            self._changed()
        return len(stale)

    def create(self, alg: str, *, active_at: int | None = None) -> Key:
        """A new key, kept at once; it signs from ``active_at`` (seconds since the epoch; now by default)."""
        while True:
            made = RSAKey.generate_key(2048) if alg == "RS256" else ECKey.generate_key("P-256")
            kid = made.thumbprint()  # RFC 7638
            if not kid.startswith("-"):  # a command line would take it for an option
                return self._keep(alg, kid, made, active_at)

    def import_pem(self, text: str, kid: str = "", *, place: int = 0) -> Key:
        """Keep the private key in a PEM file; it signs from now on, so clients have to know it already.

        Without a ``kid`` it has the one that ``oidc_op.protocol.pem`` finds for it. Of keys that are imported together the one
        with the lowest ``place`` signs, and the others stand behind it.

        :raises UnfitKey: it is no key that signs here, or its ``kid`` is taken.
        """
        found = read_pem(text)
        kid = kid or found.kid
        if self._provider.store.keys.get(kid) is not None:
            raise UnfitKey(f"there is a key {kid} already")
        if any(_public(key).thumbprint() == found.key.thumbprint() for key in self._stored()):
            raise UnfitKey("this key is here already, under another kid")
        return self._keep(found.alg, checked_kid(kid), found.key, self._provider.now - place)

    def _keep(self, alg: str, kid: str, made: Any, active_at: int | None) -> Key:
        now = self._provider.now
        public = made.as_dict(private=False) | {"kid": kid, "use": "sig", "alg": alg}
        sealed = self._provider.secret.seal(SEAL, _json(made.as_dict(private=True)))
        key = Key(kid, alg, _json(public).decode(), sealed, now, now if active_at is None else active_at)
        self._provider.store.keys.add(key)
        self._changed()
        return key

    def rotate(self, alg: str, *, at_once: bool = False) -> Key:
        """A new key for ``alg``; those before it retire when it begins, and stay published until their tokens ended.

        It is published one ``oidc.jwks_cache_expire`` before it signs, so that no client meets an unknown ``kid``;
        ``at_once`` skips that, for when a key must not be used any longer.
        """
        settings, store = self._provider.settings, self._provider.store
        begins = self._provider.now + (0 if at_once else settings.jwks_cache_expire)
        for old in self._stored():
            if old.alg == alg and (not old.retired_at or old.retired_at > begins):
                last = begins + max(settings.idtoken_expire, settings.token_expire)
                store.keys.put(replace(old, retired_at=begins, expires_at=last))
        return self.create(alg, active_at=begins)

    def retire(self, kid: str) -> Key:
        """Stop signing with a key now; it stays published until its last token has ended.

        :raises KeyError: there is no such key.
        """
        settings, store = self._provider.settings, self._provider.store
        old = store.keys.get(kid)
        if old is None:
            raise KeyError(kid)
        now = self._provider.now
        if old.retired_at and old.retired_at <= now:
            return old  # its end never moves
        gone = replace(old, retired_at=now, expires_at=now + max(settings.idtoken_expire, settings.token_expire))
        store.keys.put(gone)
        self._changed()
        return gone

    def purge(self) -> int:
        """Forget the keys whose last token has ended; how many."""
        store, now = self._provider.store, self._provider.now
        gone = [key.kid for key in self._stored() if not key.is_published(now)]
        for kid in gone:
            store.keys.remove(kid)
        if gone:
            self._changed()
        return len(gone)

    def _published(self, kid: Any) -> Key | None:
        """The key with this ``kid``, also one that another process has made a moment ago."""
        known = next((each for each in self.records if each.kid == kid), None)
        if known is None and isinstance(kid, str):
            found = self._provider.store.keys.get(kid)
            return found if found is not None and found.is_published(self._provider.now) else None
        return known

    def _opens(self, key: Key) -> bool:
        try:
            self._provider.secret.unseal(SEAL, key.sealed)
        except SecretError:
            return False
        return True

    def _private(self, key: Key) -> Any:
        ours = self._cache.imported.get(key.public)  # a kid may come again, with another key
        if ours is None:
            raw = json.loads(self._provider.secret.unseal(SEAL, key.sealed))
            ours = self._cache.imported[key.public] = (RSAKey if key.alg == "RS256" else ECKey).import_key(raw)
        return ours

    def _stored(self) -> tuple[Key, ...]:
        return tuple(sorted(self._provider.store.keys.records(), key=lambda key: key.kid))

    def _changed(self) -> None:
        self._has_changed = True
        self._provider.request.tm.get().addAfterCommitHook(lambda _committed: self._cache.forget())


@lru_cache(maxsize=64)
def _public(key: Key) -> Any:
    return (RSAKey if key.alg == "RS256" else ECKey).import_key(key.public_jwk)


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
