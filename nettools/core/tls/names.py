"""Whether a certificate is a host's: RFC 9525."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final

from nettools.core.text import quoted

MOST_NAMES_TOLD: Final = 8
"""A certificate may carry thousands of names; a message names the first."""


def carries_name(alternative_names: Iterable[tuple[str, str]], expected: str) -> bool:
    """Whether a certificate with these subjectAltName entries is one of the host's: RFC 9525 §6.

    The entries are those of ``SSLObject.getpeercert``: ("DNS", name) or ("IP Address", text). The common name counts
    for nothing (§2), a wildcard stands for the whole leftmost label (§6.3) but not right below the root's children, as
    with X509_check_host(3), and an address is compared as such (§6.4).
    """
    try:
        address = ip_address(expected)
    except ValueError:
        return any(kind == "DNS" and _fits(name, expected) for kind, name in alternative_names)
    return any(kind == "IP Address" and _is_address(name, address) for kind, name in alternative_names)


def _fits(pattern: str, name: str) -> bool:
    wanted, given = name.lower(), pattern.rstrip(".").lower()
    if given.startswith("*."):
        label, _, rest = wanted.partition(".")
        return bool(label) and "." in rest and rest == given[2:]
    return wanted == given


def _is_address(text: str, address: object) -> bool:
    try:
        return ip_address(text.strip()) == address
    except ValueError:
        return False


def wrong_name(alternative_names: Iterable[tuple[str, str]], expected: str) -> str:
    """Why a certificate does not do, with the names that it has."""
    names = [name for _, name in alternative_names]
    shown = ", ".join(quoted(name.strip()) for name in names[:MOST_NAMES_TOLD])
    more = f" and {len(names) - MOST_NAMES_TOLD:,} more" if len(names) > MOST_NAMES_TOLD else ""
    return f"its certificate is not for {quoted(expected)} but for {shown or 'nobody'}{more}"


def names_of_ours(host_name: str, addresses: Iterable[str]) -> tuple[str, ...]:
    """What a certificate made on the spot is for: this machine's loopback and host name, and where it listens."""
    named = [host_name] if host_name and host_name.isascii() and host_name.isprintable() else []
    listened = [one for one in addresses if not ip_address(one.partition("%")[0]).is_unspecified]
    return tuple(dict.fromkeys(["localhost", *named, "127.0.0.1", "::1", *listened]))
