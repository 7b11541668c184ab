"""Personal data at rest: sealed so that a copy of the database alone reads nothing, and still found by equality.

Sealing is AES-256-GCM with a fresh nonce; the purpose ("person.nik") is authenticated with it, so a sealed value
moved to another column does not open. Looking up uses a keyed fingerprint (HMAC-SHA256) under a key of its own:
without it, the 10^16 possible NIKs could simply be tried.

Where the keys come from (environment, a file of the demo) is left to the settings, who may open to the policies.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from functools import cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from marketplace.settings import current_settings

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_FORMAT: Final = 1
_HEADER_BYTES: Final = 2
_KEY_ID = re.compile(r"[a-z0-9-]{1,16}")


class CannotOpenError(Exception):
    """A sealed value was made with an unknown key, for another purpose, or was altered."""


class KeyTextError(ValueError):
    """The setting that holds the keys cannot be read. Never repeats the setting."""


def new_key() -> str:
    """Make a fresh random key as text for the settings."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode().rstrip("=")


class Sealer:
    """Seals, opens and fingerprints with the keys of one installation.

    ``keys`` is ``id:key`` pairs with commas between, newest first: the first seals, all open. To rotate, put a new
    pair in front, reseal what ``needs_resealing`` names, then drop the old pair. ``index_key`` makes fingerprints
    and cannot be rotated without computing every fingerprint anew.
    """

    def __init__(self, keys: str, index_key: str) -> None:
        """Read the keys. Raises ``KeyTextError``."""
        self._ciphers: dict[bytes, AESGCM] = {}
        for pair in keys.split(","):
            key_id, colon, key = pair.strip().partition(":")
            if not colon or not _KEY_ID.fullmatch(key_id) or key_id.encode() in self._ciphers:
                message = "sealing keys are id:key pairs with commas between; each id once, in a-z 0-9 -"
                raise KeyTextError(message)
            self._ciphers[key_id.encode()] = AESGCM(_decode(key))
        self._current = next(iter(self._ciphers))
        self._index_key = _decode(index_key)

    def seal(self, text: str, *, purpose: str) -> bytes:
        """Encrypt ``text`` for a ``purpose``; sealing the same text twice gives different bytes."""
        header = bytes((_FORMAT, len(self._current))) + self._current
        nonce = os.urandom(_NONCE_BYTES)
        cipher = self._ciphers[self._current]
        return header + nonce + cipher.encrypt(nonce, text.encode(), header + purpose.encode())

    def open_sealed(self, sealed: bytes, *, purpose: str) -> str:
        """Give back the text that was sealed for the same ``purpose``. Raises ``CannotOpenError`` otherwise."""
        key_id = _key_id(sealed)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            message = "sealed with a key that is not in the settings"
            raise CannotOpenError(message)
        start = _HEADER_BYTES + len(key_id)
        nonce = sealed[start : start + _NONCE_BYTES]
        try:
            opened = cipher.decrypt(nonce, sealed[start + _NONCE_BYTES :], sealed[:start] + purpose.encode())
        except (InvalidTag, ValueError):
            message = "sealed for another purpose, or altered"
            raise CannotOpenError(message) from None
        return opened.decode()

    def needs_resealing(self, sealed: bytes) -> bool:
        """Whether a value was sealed with an older key than the current one."""
        return _key_id(sealed) != self._current

    def fingerprint(self, text: str, *, purpose: str) -> bytes:
        """Give 32 bytes that are equal for equal texts of one purpose, for a unique index or a lookup.

        Hand in the normalised form (E.164, digits only), or equal numbers differ.
        """
        return hmac.digest(self._index_key, purpose.encode() + b"\0" + text.encode(), hashlib.sha256)


def sealer_from_setting(text: str) -> Sealer:
    """Build the sealer of ``LUMBUNG_SEALING_KEYS``.

    Either one long random secret, from which both keys are derived (enough to begin with), or ``id:key`` pairs of
    which the one named ``index`` makes the fingerprints; the others seal, newest first. Raises ``KeyTextError``.
    """
    if ":" not in text:
        if not text.strip():
            message = "the sealing secret is empty"
            raise KeyTextError(message)
        return Sealer(f"derived:{_derived(text, 'seal')}", _derived(text, "index"))
    pairs = [pair.strip() for pair in text.split(",")]
    index = [pair.removeprefix("index:") for pair in pairs if pair.startswith("index:")]
    if len(index) != 1:
        message = "among the sealing keys exactly one is named index"
        raise KeyTextError(message)
    return Sealer(",".join(pair for pair in pairs if not pair.startswith("index:")), index[0])


@cache
def current_sealer() -> Sealer:
    """Sealer of this process, by its settings."""
    return sealer_from_setting(current_settings().sealing_keys)


def _derived(secret: str, label: str) -> str:
    digest = hmac.digest(secret.strip().encode(), b"lumbung sealing " + label.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _key_id(sealed: bytes) -> bytes:
    if len(sealed) < _HEADER_BYTES or sealed[0] != _FORMAT:
        message = "not a sealed value"
        raise CannotOpenError(message)
    return sealed[_HEADER_BYTES : _HEADER_BYTES + sealed[1]]


def _decode(key: str) -> bytes:
    text = key.strip()
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != KEY_BYTES:
        message = f"a sealing key is {KEY_BYTES} random bytes in URL-safe base64; make one with marketplace.sealing"
        raise KeyTextError(message)
    return decoded
