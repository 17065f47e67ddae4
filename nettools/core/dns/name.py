r"""Domain names: presentation text, wire form, and the wire form inside a message with its compression pointers.

A name is kept as uncompressed wire bytes in the case that was sent (``b"\x03www\x04test\x00"``). Text forms are
RFC 1035 §5.1 with the escapes that BIND writes: ``\.`` for a special character, ``\DDD`` for one that does not print.
"""

from typing import Final

from nettools.core.text import quoted
from nettools.errors import DomainNameError

LONGEST_NAME: Final = 255
"""Octets of a name on the wire, RFC 1035 §2.3.4."""
LONGEST_LABEL: Final = 63
_POINTER: Final = 0xC0
_SPECIAL: Final = frozenset(b'"().;\\@$')  # what a zone file would read as something else
ROOT: Final = b"\x00"


class BadWireName(ValueError):
    """A name in a message that cannot be read: cut, too long, or with a pointer that does not lead back."""


def name_from_text(text: str) -> bytes:
    r"""The wire form of a name in ASCII presentation; a missing final dot is understood.

    Raises DomainNameError, which names the part that is wrong.

    >>> name_from_text("www.test").hex()
    '03777777047465737400'
    """
    if text == ".":
        return ROOT
    labels = _labels(text)
    if labels and labels[-1] == b"":
        labels.pop()
    if not labels or any(not label for label in labels):
        raise DomainNameError(f"the name {quoted(text)} has an empty label")
    for label in labels:
        if len(label) > LONGEST_LABEL:
            raise DomainNameError(f"a label of {quoted(text)} is {len(label)} octets long: the most is {LONGEST_LABEL}")
    wire = b"".join(bytes([len(label)]) + label for label in labels) + ROOT
    if len(wire) > LONGEST_NAME:
        raise DomainNameError(f"the name {quoted(text)} is {len(wire)} octets long: the most is {LONGEST_NAME}")
    return wire


def _labels(text: str) -> list[bytes]:
    labels, label, place = [], bytearray(), 0
    while place < len(text):
        character = text[place]
        if character == ".":
            labels.append(bytes(label))
            label = bytearray()
        elif character == "\\":
            digits = text[place + 1 : place + 4]
            if digits.isascii() and digits.isdigit() and len(digits) == 3 and int(digits) <= 255:
                label.append(int(digits))
                place += 3
            elif place + 1 < len(text) and not digits[0].isdigit() and digits[0].isascii():
                label += digits[0].encode()
                place += 1
            else:
                raise DomainNameError(
                    f"the name {quoted(text)} has a bad escape",
                    hint=r"write \. for a dot inside a label, \DDD for an octet",
                )
        elif not character.isascii():
            raise DomainNameError(f"the name {quoted(text)} is not ASCII")
        else:
            label += character.encode()
        place += 1
    labels.append(bytes(label))
    return labels


def name_text(wire: bytes) -> str:
    r"""Presentation text of an uncompressed name, with its final dot, as dig writes it.

    >>> name_text(b"\x03www\x04test\x00")
    'www.test.'
    >>> name_text(b"\x05a.b c\x00")
    'a\\.b\\032c.'
    """
    return ".".join(map(label_text, labels_of(wire))) + "."


def labels_of(wire: bytes) -> list[bytes]:
    """The labels of an uncompressed name, without the root's empty one."""
    labels, place = [], 0
    while length := wire[place]:
        labels.append(wire[place + 1 : place + 1 + length])
        place += 1 + length
    return labels


def label_text(label: bytes) -> str:
    """One label as text."""
    if label.isalnum():
        return label.decode("ascii")
    return "".join(_shown(octet) for octet in label)


def _shown(octet: int) -> str:
    if octet in _SPECIAL:
        return "\\" + chr(octet)
    return chr(octet) if 0x21 <= octet <= 0x7E else f"\\{octet:03d}"


def read_name(message: bytes, start: int, known: dict[int, bytes] | None = None) -> tuple[bytes, int]:
    """The name at ``start`` of a message, without compression, and the place behind it.

    A pointer must lead to an earlier place (RFC 1035 §4.1.4), so a loop is impossible. ``known`` keeps what was read,
    by place, from one name of the message to the next: thousands that lead into one long chain cost no more than
    the chain. Raises BadWireName.
    """
    labels: list[bytes] = []
    passed: list[tuple[int, int]] = []
    size, place, behind, lowest = 0, start, None, start
    while True:
        if place >= len(message):
            raise BadWireName("the name runs over the end of the message")
        if known is not None and behind is not None and place in known:
            rest = known[place]
            break
        passed.append((place, size))
        length = message[place]
        if length >= _POINTER:
            if place + 1 >= len(message):
                raise BadWireName("the compression pointer runs over the end of the message")
            if behind is None:
                behind = place + 2
            place = (length & 0x3F) << 8 | message[place + 1]
            if place >= lowest:
                raise BadWireName("the compression pointer does not lead back")
            lowest = place
            continue
        if length > LONGEST_LABEL:
            raise BadWireName(f"label type {length >> 6} is unknown")
        if place + 1 + length > len(message):
            raise BadWireName("the label runs over the end of the message")
        if length == 0:
            rest = ROOT
            break
        size += length + 1
        if size >= LONGEST_NAME:
            raise BadWireName("the name is longer than 255 octets")
        labels.append(message[place : place + 1 + length])
        place += 1 + length
    name = b"".join(labels) + rest
    if len(name) > LONGEST_NAME:
        raise BadWireName("the name is longer than 255 octets")
    if known is not None:
        for at, before in passed:
            known[at] = name[before:]
    return name, place + 1 if behind is None else behind


def folded(wire: bytes) -> bytes:
    """The name in lower case: names are equal when these are (RFC 4343; a length octet is no letter)."""
    return wire.lower()


def parent(wire: bytes) -> bytes:
    """The name without its first label; the root is its own."""
    return wire[1 + wire[0] :] if wire[0] else wire


def is_below(wire: bytes, ancestor: bytes) -> bool:
    """Whether the name is the ancestor or lies under it."""
    low, top = folded(wire), folded(ancestor)
    while len(low) > len(top):
        low = parent(low)
    return low == top
