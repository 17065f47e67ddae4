"""Host names as people write them: told from addresses, and checked before a resolver sees them."""

import re

from nettools.core.text import quoted, safe
from nettools.errors import HostNameError

_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)\Z", re.ASCII)
_NUMERIC = re.compile(r"([0-9]+|0[xX][0-9A-Fa-f]*)\Z", re.ASCII)


def spells_address(word: str) -> bool:
    """Whether the word can only be meant as addresses: a colon, a slash, or a last label that is a number.

    No top-level domain is numeric (RFC 3696 §2), so ``127.1`` or ``0x7f.1`` is a bad address, not a name.
    """
    if ":" in word or "/" in word:
        return True
    last = word.rstrip(".").rpartition(".")[2]
    first, dash, second = last.partition("-")
    return bool(_NUMERIC.match(last)) or bool(
        dash and word.count(".") >= 3 and _NUMERIC.match(first) and second[:1].isdigit()
    )


def check_host_name(name: str) -> str:
    """The name when it is fit for a resolver. Raises HostNameError, which names the part that is not.

    RFC 1123 §2.1 with the underscore that real zones use; at most 253 characters (RFC 1035 §2.3.4).
    """
    bare = name.removesuffix(".")
    if not bare:
        raise HostNameError("the host name is empty")
    if not bare.isascii():
        raise HostNameError(f"host name {quoted(name)} is not ASCII", hint="write it in its xn-- form")
    if len(bare) > 253:
        raise HostNameError(f"host name '{safe(bare[:40])}...' is longer than 253 characters")
    for label in bare.split("."):
        if not _LABEL.match(label):
            raise HostNameError(
                f"host name {quoted(name)}: label {quoted(label)} is not one to 63 letters, digits and hyphens"
            )
    return name
