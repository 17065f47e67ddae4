"""XMPP: RFC 6120 §5."""

import re
from typing import Final
from xml.sax.saxutils import quoteattr

from nettools.core.connect.handshake import HandshakeFailed
from nettools.core.connect.starttls.replies import StartTls, not_offered, refused

_TLS: Final = b"urn:ietf:params:xml:ns:xmpp-tls"
"""RFC 6120 §5.2."""
_HEADER: Final = (
    "<?xml version='1.0'?><stream:stream to={to} xmlns='{namespace}' "
    "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
)
_STREAM: Final = re.compile(rb"\s*+(?:<\?xml[^<>?]*+\?>\s*+)?<stream:stream\s[^<>]*+>")
_FEATURES: Final = re.compile(
    rb"\s*<(?:stream:)?features(?:\s[^<>]*)?(?:/>|>(.*?)</(?:stream:)?features\s*>)", re.DOTALL
)
_OFFER: Final = re.compile(rb"<starttls\s[^<>]*?xmlns\s*=\s*[\"']" + _TLS + rb"[\"']")
_PROCEED: Final = re.compile(rb"\s*<proceed(\s[^<>]*?)(?:/>|>\s*</proceed\s*>)")
_OF_TLS: Final = re.compile(rb"\sxmlns\s*=\s*[\"']" + _TLS + rb"[\"']")
_FAILURE: Final = re.compile(rb"\s*<(?:failure\b|/?stream:(?:error|stream)\b)[^<>]*>")


class XmppStartTls(StartTls):
    """A stream, its features, starttls, proceed. No more of XML is looked at than that."""

    most_octets = 1 << 14

    def __init__(self, host: str, *, namespace: str) -> None:
        super().__init__()
        self._host = host
        self._namespace = namespace
        self._awaits = _STREAM

    def begin(self) -> bytes:
        return _HEADER.format(to=quoteattr(self._host), namespace=self._namespace).encode()

    def _advance(self) -> bytes:
        while (match := self._awaits.match(self._unread)) is not None:
            self._unread = self._unread[match.end() :]
            if self._awaits is _PROCEED:
                if not _OF_TLS.search(match[1]):
                    raise refused(match[0])
                self.is_done = True
                return b""
            if self._awaits is _FEATURES:
                if not _OFFER.search(match[1] or b""):
                    raise not_offered()
                self._awaits = _PROCEED
                return b"<starttls xmlns='" + _TLS + b"'/>"
            self._awaits = _FEATURES
        if _FAILURE.match(self._unread):
            raise refused(self._unread)
        if self._awaits is _STREAM and self._unread.strip() and not self._unread.lstrip().startswith(b"<"):
            raise HandshakeFailed("it does not speak XMPP")
        return b""
