"""A name server on loopback for tests that run commands in this process: a zone as text, over UDP and TCP."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.zone

from tests.dns_servers.ports import bound_pair

Change = Callable[[dns.message.Message], dns.message.Message]

HEAD = "@ 300 SOA ns host 1 7200 3600 1209600 60\n@ 300 NS ns\nns 300 A 127.0.0.1\n"


@contextmanager
def name_server(records: str, *, change: Change = lambda reply: reply, origin: str = "test.") -> Iterator[int]:
    """The port of a server that has these records of the zone; ``change`` has the last word about each reply."""
    zone = dns.zone.from_text(HEAD + records, origin=origin, relativize=False)
    with bound_pair() as (datagrams, listener):
        port: int = datagrams.getsockname()[1]
        listener.listen(16)
        threads = [
            threading.Thread(target=_serve_datagrams, args=(datagrams, zone, change), daemon=True),
            threading.Thread(target=_serve_streams, args=(listener, zone, change), daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            yield port
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            datagrams.sendto(b"", ("127.0.0.1", port))
            for thread in threads:
                thread.join(5)


def _serve_datagrams(datagrams: socket.socket, zone: dns.zone.Zone, change: Change) -> None:
    with suppress(OSError):
        while True:
            query, client = datagrams.recvfrom(65_535)
            if not query:
                return
            datagrams.sendto(change(reply_from(zone, query)).to_wire(max_size=65_535), client)


def _serve_streams(listener: socket.socket, zone: dns.zone.Zone, change: Change) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as stream:
                while size := stream.read(2):
                    reply = change(reply_from(zone, stream.read(int.from_bytes(size, "big")))).to_wire(max_size=65_535)
                    connection.sendall(len(reply).to_bytes(2, "big") + reply)


def reply_from(zone: dns.zone.Zone, wire: bytes) -> dns.message.Message:
    """What an authoritative server with this zone says; aliases are followed inside the zone."""
    query = dns.message.from_wire(wire)
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.AA
    name, kind = query.question[0].name, query.question[0].rdtype
    assert zone.origin is not None
    for _ in range(16):
        node = zone.get_node(name)
        wanted = node.get_rdataset(query.question[0].rdclass, kind) if node else None
        alias = node.get_rdataset(query.question[0].rdclass, dns.rdatatype.CNAME) if node else None
        for found in (wanted, alias):
            if found:
                rrset = reply.find_rrset(reply.answer, name, found.rdclass, found.rdtype, create=True)
                for one in found:
                    rrset.add(one, found.ttl)
                break
        if wanted or not alias:
            break
        name = alias[0].target
    if not wanted:
        is_known = any(one.is_subdomain(name) for one in zone.nodes)
        if not is_known:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        soa = zone.find_rrset(zone.origin, dns.rdatatype.SOA)
        reply.authority.append(soa)
    return reply
