"""What runs inside of the DNS bed for the tests of formats: transfers and lookups, told as JSON."""

import json
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address

from nettools.core.dns.edns import client_subnet_option
from nettools.core.dns.message import Message, Question, parse_message
from nettools.core.dns.name import name_from_text
from nettools.core.dns.query import QueryOptions
from nettools.core.dns.rdata import generic_text
from nettools.core.dns.types import class_number, type_number
from nettools.core.resolve.lookup import Lookup, Outcome, Procedure, Server
from nettools.core.resolve.rfc8427 import outcome_json
from nettools.core.subnet.parse import parse_network
from nettools.net.resolve import LookupDriver
from nettools.render.dig import dig_lines, record_line

PRIMARY = "127.53.0.5"
KEY_NAME = "bed-key"
KEY_SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMw=="
SUBNET = "192.0.2.0/24"
_SOA = 6


def transfer(zone: str) -> Iterator[Message]:
    """The messages of a zone transfer, signed with the bed's key."""
    import dns.message
    import dns.tsigkeyring

    query = dns.message.make_query(zone, "AXFR")
    query.use_tsig(dns.tsigkeyring.from_text({KEY_NAME: KEY_SECRET}))
    wire = query.to_wire()
    with socket.create_connection((PRIMARY, 53), timeout=10) as connection, connection.makefile("rb") as stream:
        connection.sendall(len(wire).to_bytes(2, "big") + wire)
        ends = 0
        while ends < 2:  # the SOA comes first and last, RFC 5936 §2.2
            message = parse_message(stream.read(int.from_bytes(stream.read(2), "big")))
            assert message.rcode == 0, message.rcode_name
            ends += sum(one.type == _SOA for one in message.answer)
            yield message


def tell_zones() -> None:
    """For each zone in argv its records: the line, and [class, type, rdata in hex] as RFC 3597 §5 writes them."""
    told = {}
    for zone in sys.argv[1:]:
        records = [one for message in transfer(zone) for one in message.answer][:-1]
        told[zone] = [
            [record_line(one), [f"CLASS{one.class_}", f"TYPE{one.type}", generic_text(one.rdata)]] for one in records
        ]
    json.dump(told, sys.stdout)


def lookup(server: str, name: str, type_: str, class_: str, *options: str) -> Lookup:
    """What dig asks without a cookie, in our values; options are +dnssec, +nsid, +subnet, +tcp and +noedns."""
    number, kind = type_number(type_), class_number(class_)
    assert number is not None
    assert kind is not None
    return Lookup(
        question=Question(name=name_from_text(name), type=number, class_=kind),
        servers=(Server(address=ip_address(server), transport="tcp" if "+tcp" in options else "udp"),),
        options=QueryOptions(
            authentic_data=True,
            dnssec_ok="+dnssec" in options,
            nsid="+nsid" in options,
            edns="+noedns" not in options,
            client_subnet=client_subnet_option(parse_network(SUBNET)) if "+subnet" in options else None,
        ),
        tries=1,
    )


def tell_outcomes() -> None:
    """For each line of standard input, "server name type class [option...]", its lines in dig's format and its JSON."""

    def ask(wanted: Lookup) -> Procedure[Outcome]:
        (outcome,) = yield [wanted]
        return outcome

    driver, moment = LookupDriver(), datetime(2026, 11, 21, 6, 16, 9, tzinfo=UTC)
    for line in sys.stdin:
        outcome = driver.run(ask(lookup(*line.split())))
        json.dump(
            {"dig": list(dig_lines(outcome, moment=moment)), "rfc8427": outcome_json(outcome, moment=moment)},
            sys.stdout,
        )
        print()
