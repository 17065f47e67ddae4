"""Lookups, servers and replies that the tests of the machines share."""

from ipaddress import ip_address

from nettools.core.dns.message import Question
from nettools.core.dns.name import name_from_text
from nettools.core.dns.query import QueryOptions
from nettools.core.dns.tsig import TsigKey
from nettools.core.dns.types import TYPES
from nettools.core.resolve.lookup import DEFAULT_PORTS, Lookup, Server, Transport

KEY = TsigKey(name="k.", algorithm="hmac-sha256", secret=b"secret")


def question(name: str = "www.test", type: str = "A") -> Question:
    return Question(name=name_from_text(name), type=TYPES[type], class_=1)


def server(address: str = "192.0.2.53", *, transport: Transport = "udp", name: str | None = None) -> Server:
    return Server(address=ip_address(address), port=DEFAULT_PORTS[transport], transport=transport, name=name)


def lookup(*servers: Server, tsig: TsigKey | None = None, tries: int = 1) -> Lookup:
    return Lookup(
        question=question(),
        servers=servers or (server(),),
        options=QueryOptions(),
        tsig=tsig,
        tries=tries,
        timeout_s=4.0,
    )
