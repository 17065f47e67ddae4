"""The parameters of a question to name servers, under the names that a command's options have."""

from collections.abc import Iterable
from dataclasses import dataclass

from nettools.api._call import AddressLike, text_of

ServerLike = AddressLike
"""A server: an address, ``ADDRESS:PORT``, ``[V6]:PORT``, a host name, or one with ``tcp://``, ``tls://``, ``https://``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What ``ResolveAsked`` wants."""

    name: tuple[str, ...]
    type: tuple[str, ...]
    server: tuple[str, ...]
    ipv4: bool
    ipv6: bool
    port: int | None
    tcp: bool
    timeout: float | None
    tries: int | None
    class_: str
    dnssec: bool
    ad: bool
    cd: bool
    no_rd: bool
    no_edns: bool
    bufsize: int | None
    nsid: bool
    cookie: bool
    subnet: str | None
    tsig: str | None
    tsig_file: str | None
    insecure: bool
    cafile: str | None
    tls_name: str | None
    concurrency: int | None
    rate: int | None = None
    search: bool | None = None
    validate: bool = False
    trust_anchor: str | None = None
    trace: bool = False
    root_hints: str | None = None
    all_ns: bool = False
    compare: bool = False
    system: bool = False
    axfr: bool = False
    ixfr: int | None = None
    words: None = None
    reverse: None = None


def servers_of(servers: ServerLike | Iterable[ServerLike]) -> tuple[str, ...]:
    """One server or several, perhaps with the ``@`` of the command line."""
    given = (servers,) if isinstance(servers, ServerLike) else tuple(servers)
    return tuple(text_of(one).removeprefix("@") for one in given)
