"""Signatures of callbacks, as SNAP describes them for transactions. Pure.

What is signed: METHOD:path:token:lower-case hex of SHA-256 of the minified body:timestamp, by HMAC-SHA512 with the
shared secret, in base64 (symmetric); or METHOD:path:hash:timestamp by SHA256withRSA with the provider's key
(asymmetric, no token). Path is the part of the address from its first slash on, without the query. Source: ASPI,
Standar Nasional Open API Pembayaran, Standar Teknis dan Keamanan.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from datetime import datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

TOLERANCE: Final = timedelta(minutes=5)
"""How far a callback's clock may be from ours; older ones are taken for a replay."""
LEAST_KEY_BITS: Final = 2048
_STRING_OR_SPACE: Final = re.compile(rb'("(?:[^"\\]|\\.)*")|[ \t\r\n]+')


def minified(body: bytes) -> bytes:
    """Take the white space out from between the parts of a JSON text; within strings every byte stays."""
    return _STRING_OR_SPACE.sub(lambda found: found[1] or b"", body)


def body_hash(body: bytes) -> str:
    """Return what stands for the body in what is signed."""
    return hashlib.sha256(minified(body)).hexdigest()


def sign_hmac(*, secret: str, method: str, path: str, token: str, body: bytes, timestamp: str) -> str:
    """Sign with a shared secret."""
    text = f"{method}:{path}:{token}:{body_hash(body)}:{timestamp}"
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), hashlib.sha512)).decode()


def is_signed_hmac(
    signature: str, *, secret: str, method: str, path: str, token: str, body: bytes, timestamp: str
) -> bool:
    """Whether a signature by the shared secret is right."""
    right = sign_hmac(secret=secret, method=method, path=path, token=token, body=body, timestamp=timestamp)
    return bool(secret) and hmac.compare_digest(right.encode(), signature.encode())


def is_signed_rsa(signature: str, *, public_key: str, method: str, path: str, body: bytes, timestamp: str) -> bool:
    """Whether a signature by the provider's key is right."""
    text = f"{method}:{path}:{body_hash(body)}:{timestamp}"
    try:
        read_public_key(public_key).verify(
            base64.b64decode(signature, validate=True), text.encode(), padding.PKCS1v15(), hashes.SHA256()
        )
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def read_public_key(pem: str) -> rsa.RSAPublicKey:
    """Read a provider's RSA key. Raises ValueError where it is none, or a short one."""
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < LEAST_KEY_BITS:
        message = "not an RSA key of 2048 bits or more"
        raise ValueError(message)
    return key


def is_in_time(timestamp: str, *, now: datetime) -> bool:
    """Whether a callback's timestamp (ISO 8601 with its zone) is close to now."""
    try:
        said = datetime.fromisoformat(timestamp)
    except ValueError:
        return False
    return said.tzinfo is not None and abs(now - said) <= TOLERANCE
