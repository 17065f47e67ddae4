"""DNS: the text of ``version.bind``, or the reply code of whoever does not tell it. RFC 1035 §4.1, RFC 4892."""

import re
from typing import Final

from nettools.core.depth.match import Match, told
from nettools.core.dns.message import Message, parse_message

_RESPONSE: Final = 0x8000
_TXT: Final = 16
_CHAOS: Final = 3

_NAMED: Final = re.compile(rb"(?P<product>[A-Za-z][A-Za-z_ -]{0,40}?)[ -]v?(?P<version>[0-9][^ ]{0,80})")
_BIND: Final = re.compile(rb"(?P<version>9\.[0-9]{1,3}(?:\.[0-9]{1,3})?(?:[-+.][^ ]{0,80})?)\Z")
"""BIND tells its bare version (BIND 9 Administrator Reference Manual, ``version``)."""


def read(data: bytes) -> Match | None:
    """A name server, with what it says of its version."""
    message = parse_message(data)  # BadMessage is a ValueError
    if not message.flags & _RESPONSE or message.opcode or len(message.questions) > 1:
        return None
    text = _text(message)
    if text is None:
        return Match(service="dns", extra=None if message.rcode == 0 else f"version.bind: {message.rcode_name}")
    if bare := _BIND.match(text):
        return Match(service="dns", product="BIND", version=told(bare["version"]))
    if named := _NAMED.match(text):
        return Match(service="dns", product=told(named["product"]), version=told(named["version"]))
    return Match(service="dns", extra=told(text))


def _text(message: Message) -> bytes | None:
    """The first text of the first TXT record of class CHAOS."""
    for record in message.answer:
        if record.type == _TXT and record.class_ == _CHAOS and not record.is_damaged and record.rdata:
            return record.rdata[1 : 1 + record.rdata[0]]
    return None
