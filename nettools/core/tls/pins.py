"""Pins: the one public key that is taken, by the SHA-256 of its SubjectPublicKeyInfo."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from contextlib import suppress
from typing import Final

from nettools.core.text import quoted
from nettools.errors import OptionError

_HEX: Final = re.compile(r"[0-9A-Fa-f]{64}\Z|(?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}\Z", re.ASCII)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{43}=?\Z", re.ASCII)
_PREFIXES: Final = ("sha256//", "sha256:", "sha256/")
"""As curl(1), ``--pinnedpubkey``, and others write them."""


def parse_pin(text: str) -> str:
    """The hash in lower-case hex. Raises OptionError.

    >>> parse_pin("sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")[:16]
    'e3b0c44298fc1c14'
    """
    whole = text.strip()
    # A hash in base64 may begin with a slash itself: only one way of taking a prefix off leaves its length.
    for prefix in ("", *_PREFIXES):
        pin = _read(whole[len(prefix) :]) if whole[: len(prefix)].lower() == prefix else None
        if pin is not None:
            return pin
    raise OptionError(
        f"{quoted(text)} is no SHA-256 of a public key",
        hint="write 64 hexadecimal digits, or base64 as in curl's sha256//…=",
    )


def _read(bare: str) -> str | None:
    """A hash in hex or base64, as lower-case hex; None for what is neither."""
    if _HEX.match(bare):
        return bare.replace(":", "").lower()
    if _BASE64.match(bare):
        with suppress(Base64Error):
            return b64decode(bare.rstrip("=") + "=", validate=True).hex()
    return None
