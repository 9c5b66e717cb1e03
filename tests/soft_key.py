"""A passkey made of software: what a phone would answer, and what a thief might."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

from accounts.passkeys import House

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
HOUSE = House("testserver", "http://testserver")


@dataclass
class SoftKey:
    """One key, of one person, at one house."""

    host: str = HOUSE.host
    origin: str = HOUSE.origin
    flags: int = PRESENT | VERIFIED
    counter: int = 0
    secret: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential: bytes = field(default_factory=lambda: os.urandom(16))
    handle: bytes = b""

    def makes(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return a browser's answer to a request for a new key."""
        self.handle = websafe_decode(options["user"]["id"])
        public = cbor.encode(dict(ES256.from_cryptography_key(self.secret.public_key())))
        key = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + public
        told = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + key}
        return self._answer(
            clientDataJSON=self._client("webauthn.create", options),
            attestationObject=cbor.encode(told),
        )

    def answers(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return a browser's answer to a challenge."""
        self.counter += 1
        data, client = self._data(), self._client("webauthn.get", options)
        signed = data + hashlib.sha256(client).digest()
        return self._answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=self.secret.sign(signed, ec.ECDSA(hashes.SHA256())),
            userHandle=self.handle,
        )

    def _data(self, more: int = 0) -> bytes:
        whose = hashlib.sha256(self.host.encode()).digest()
        return whose + bytes([self.flags | more]) + self.counter.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(told).encode()

    def _answer(self, **response: bytes) -> dict[str, Any]:
        name = websafe_encode(self.credential)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": {part: websafe_encode(raw) for part, raw in response.items()},
            "clientExtensionResults": {},
        }
