"""A QRIS provider as the reference for the adapter: it signs what it tells, with a secret or with its key."""

import base64
import json
import secrets
from datetime import datetime
from typing import Any

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from marketplace import clock
from marketplace.formats.dates import WIB, local
from payments.snap.sign import body_hash, sign_hmac
from tests.orders.counter_shop import Shop, command

SECRET = "rahasia-uji-penyedia-0001"
PATH = "/webhooks/qris/contohpay"


class ReferenceProvider:
    """Tells a store about payments by signed callbacks."""

    def __init__(self, client: httpx.AsyncClient, *, partner_id: str = "GERAI-UJI", secret: str = SECRET) -> None:
        """Talk to `client` as the provider of the store with this number."""
        self.client = client
        self.partner_id = partner_id
        self.secret = secret
        self.key: rsa.RSAPrivateKey | None = None

    def make_key(self) -> str:
        """Sign by a fresh key from now on; the public half as PEM."""
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = self.key.public_key()
        return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()

    def notification(self, *, rupiah: int, reference: str, bill: str = "", status: str = "00", **more: Any) -> bytes:
        """Write what is told of one payment."""
        said = {
            "originalReferenceNo": f"CP-{reference}",
            "originalPartnerReferenceNo": bill,
            "latestTransactionStatus": status,
            "transactionStatusDesc": "Success",
            "amount": {"value": f"{rupiah}.00", "currency": "IDR"},
            "finishedTime": local(clock.now(), WIB).isoformat(timespec="seconds"),
            "additionalInfo": {"rrn": reference},
        }
        return json.dumps(said | more).encode()

    async def tell(
        self,
        body: bytes,
        *,
        external_id: str = "",
        at: datetime | None = None,
        signature: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Send a callback, signed unless a signature is given."""
        timestamp = local(at or clock.now(), WIB).isoformat(timespec="seconds")
        return await self.client.post(
            PATH,
            content=body,
            headers={
                "content-type": "application/json",
                "x-timestamp": timestamp,
                "x-partner-id": self.partner_id,
                "x-external-id": external_id or secrets.token_hex(8),
                "x-signature": self._sign(body, timestamp) if signature is None else signature,
                "authorization": "Bearer token-b2b",
                "sec-fetch-site": "cross-site",
            }
            | (headers or {}),
        )

    def _sign(self, body: bytes, timestamp: str) -> str:
        if self.key is not None:
            text = f"POST:{PATH}:{body_hash(body)}:{timestamp}".encode()
            return base64.b64encode(self.key.sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()
        return sign_hmac(
            secret=self.secret, method="POST", path=PATH, token="token-b2b", body=body, timestamp=timestamp
        )


async def set_up(client: httpx.AsyncClient, shop: Shop, **body: str) -> httpx.Response:
    """Let the store listen to the provider."""
    return await client.put(
        "/api/v1/stores/current/qris-provider",
        json={"provider": "contohpay", "partner_id": "GERAI-UJI"} | (body or {"secret": SECRET}),
        headers=command(shop.tokens["store_manager"]),
    )
