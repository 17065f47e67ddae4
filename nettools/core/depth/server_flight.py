"""The first words of a TLS server around any chain of certificates: what a client verifies before all else.

Python's ``ssl`` verifies a chain only inside a handshake, and tells the fault only where it then refuses to go on. A
client of TLS 1.2 looks at the certificates before the server has to show that it has their key (RFC 5246 §7.4.2,
§7.4.3): these messages, which need no key, are enough to hear its judgement on a chain that was seen elsewhere.
"""

from collections.abc import Sequence
from typing import Final

CIPHER: Final = "ECDHE-ECDSA-AES128-GCM-SHA256"
"""The one cipher suite that the client must offer, in OpenSSL's words."""
_SUITE: Final = b"\xc0\x2b"
"""The same: RFC 5289 §3.2."""
_VERSION: Final = b"\x03\x03"  # RFC 5246 §6.2.1
_HANDSHAKE: Final = 22
_SERVER_HELLO: Final = 2
_CERTIFICATE: Final = 11  # RFC 5246 §7.4
_LARGEST_RECORD: Final = 1 << 14
_LARGEST_VECTOR: Final = (1 << 24) - 1
_RENEGOTIATION_INFO: Final = b"\xff\x01\x00\x01\x00"
"""RFC 5746 §3.6: OpenSSL talks to no server without it."""


def server_flight(chain: Sequence[bytes]) -> bytes:
    """The records of a ServerHello and of the Certificate message; ``chain`` is in DER, the server's own first.

    Raises ValueError for a chain that no message can hold.
    """
    hello = b"".join(
        (
            _VERSION,
            bytes(32),  # the server's random number
            b"\0",  # no session to be resumed
            _SUITE,
            b"\0",  # no compression
            _vector(_RENEGOTIATION_INFO, 2),
        )
    )
    certificates = _vector(b"".join(_vector(one, 3) for one in chain), 3)
    return _records(_message(_SERVER_HELLO, hello)) + _records(_message(_CERTIFICATE, certificates))


def _message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + _vector(body, 3)


def _vector(octets: bytes, length_size: int) -> bytes:
    if len(octets) > _LARGEST_VECTOR:
        raise ValueError("a chain that no message can hold")
    return len(octets).to_bytes(length_size, "big") + octets


def _records(message: bytes) -> bytes:
    parts = (message[start : start + _LARGEST_RECORD] for start in range(0, len(message), _LARGEST_RECORD))
    return b"".join(bytes([_HANDSHAKE]) + _VERSION + _vector(part, 2) for part in parts)
