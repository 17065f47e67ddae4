"""LDAP: RFC 4511 §4.14."""

from typing import Final

from nettools.core.connect.handshake import HandshakeFailed
from nettools.core.connect.starttls.replies import MOST_OCTETS, StartTls, said
from nettools.core.tls import der
from nettools.core.tls.der import DerError

_START_TLS: Final = b"1.3.6.1.4.1.1466.20037"
"""RFC 4511 §4.14.1."""
_MESSAGE: Final = b"\x02\x01\x01"
"""The number of our message: INTEGER 1."""
_EXTENDED_REQUEST: Final = 0x77
_EXTENDED_RESPONSE: Final = 0x78
"""[APPLICATION 23] and [APPLICATION 24], constructed: RFC 4511 §4.12."""
_REQUEST_NAME: Final = 0x80

# Result codes that a server answers with here: RFC 4511 §4.14.2.2 and §4.1.9.
_RESULTS: Final = {
    1: "operations error: TLS is there already, or a request is under way",
    2: "protocol error: it knows no TLS",
    8: "stronger authentication required",
    10: "referral to another server",
    50: "insufficient access rights",
    52: "unavailable: TLS is not set up",
    53: "unwilling to perform",
}


class LdapStartTls(StartTls):
    """One extended request, one response."""

    def begin(self) -> bytes:
        return _value(0x30, _MESSAGE + _value(_EXTENDED_REQUEST, _value(_REQUEST_NAME, _START_TLS)))

    def _advance(self) -> bytes:
        try:
            length = der.whole_length(self._unread, is_basic=True)
            if self._unread[:1] not in (b"", b"\x30") or (length or 0) > MOST_OCTETS:
                raise DerError("no message of LDAP")
            if length is None or len(self._unread) < length:
                return b""
            message, self._unread = self._unread[:length], self._unread[length:]
            self._read(message)
        except DerError as error:
            raise HandshakeFailed(f"it does not speak LDAP: {error}") from None
        return b""

    def _read(self, message: bytes) -> None:
        """Raises DerError, HandshakeFailed."""
        parts = list(der.elements(der.only(message, der.SEQUENCE, is_basic=True).content, is_basic=True))
        if len(parts) < 2 or bytes(parts[0].whole) not in (_MESSAGE, b"\x02\x01\x00"):
            raise DerError("a message of another number")
        response = der.expect(parts[1], _EXTENDED_RESPONSE)
        fields = list(der.elements(response.content, is_basic=True))
        if len(fields) < 3 or len(fields[0].content) != 1:
            raise DerError("a response that is cut off")
        code = der.expect(fields[0], der.ENUMERATED).content[0]
        if code != 0 or bytes(parts[0].whole) != _MESSAGE:  # number 0 is a notice of disconnection: RFC 4511 §4.4.1
            told = bytes(der.expect(fields[2], der.OCTET_STRING).content)
            why = _RESULTS.get(code, f"result code {code}")
            raise HandshakeFailed(f"it does not begin TLS: {why}" + (f" ({said(told)})" if told else ""))
        self.is_done = True


def _value(tag: int, content: bytes) -> bytes:
    return bytes([tag, len(content)]) + content
