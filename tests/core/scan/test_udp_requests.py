"""Every payload that ships, read by somebody else: dnspython, aioquic, or readers written here."""

import email.parser
import struct
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass

import dns.flags
import dns.message
import dns.rdataclass
import dns.rdatatype
import pytest
from aioquic._buffer import Buffer
from aioquic.quic.packet import pull_quic_header

from nettools import data
from nettools.core.scan.payload_file import payload_table
from nettools.core.scan.payloads import Payload

TABLE = payload_table(data.files("udp", ".payload"))
PAYLOADS = {payload.name: payload for payload in TABLE}
SEEDS = (b"", b"a", b"another")


def requests(name: str) -> Iterator[bytes]:
    """What the payload sends, differently filled."""
    return (PAYLOADS[name].filled(seed) for seed in SEEDS)


def test_there_are_payloads_for_what_people_scan() -> None:
    assert len({payload.protocol for payload in TABLE if payload.silence is None}) >= 45
    assert {53, 69, 111, 123, 137, 161, 389, 443, 500, 623, 1434, 1900, 3478, 5060, 5353, 5683, 11211} <= {
        port for payload in TABLE for port in payload.ports
    }


@pytest.mark.parametrize("payload", tuple(TABLE), ids=lambda payload: payload.name)
def test_a_payload_says_what_it_is_written_from(payload: Payload) -> None:
    assert payload.source
    assert (payload.silence is None) is bool(payload.replies)


@pytest.mark.parametrize("payload", tuple(TABLE), ids=lambda payload: payload.name)
def test_blanks_differ_from_probe_to_probe(payload: Payload) -> None:
    first, second = payload.filled(b"one"), payload.filled(b"two")
    assert len(first) == len(second)
    assert (first != second) is (payload.blank_size > 0)


# --- by libraries ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "question", "kind", "of", "flags"),
    [
        ("dns", "version.bind.", "TXT", "CH", 0),
        ("dns-root", ".", "SOA", "IN", dns.flags.RD),
        ("mdns", "_services._dns-sd._udp.local.", "PTR", "IN", 0),
    ],
)
def test_dns_by_dnspython(name: str, question: str, kind: str, of: str, flags: int) -> None:
    for asked in requests(name):
        message = dns.message.from_wire(asked)
        [only] = message.question
        assert (only.name.to_text(), dns.rdatatype.to_text(only.rdtype), dns.rdataclass.to_text(only.rdclass)) == (
            question,
            kind,
            of,
        )
        assert message.flags == flags
        assert message.to_wire() == asked


def test_netbios_by_dnspython_and_the_first_level_encoding() -> None:
    for asked in requests("netbios-ns"):
        [only] = dns.message.from_wire(asked).question
        [encoded] = [label for label in only.name.labels if label]
        halves = [octet - ord("A") for octet in encoded]
        decoded = bytes(16 * high + low for high, low in zip(halves[::2], halves[1::2], strict=True))
        assert decoded == b"*" + bytes(15)  # RFC 1002 §4.2.17: the wildcard, padded with zeros
        assert (only.rdtype, only.rdclass) == (33, 1)


def test_quic_by_aioquic() -> None:
    for asked in requests("quic"):
        assert len(asked) == 1200
        header = pull_quic_header(Buffer(data=asked))
        assert header.version is not None
        assert header.version & 0x0F0F0F0F == 0x0A0A0A0A  # RFC 9000 §15: reserved, to exercise version negotiation
        assert len(header.destination_cid) == len(header.source_cid) == 8
        assert header.destination_cid != header.source_cid


def test_sip_by_a_parser_of_messages() -> None:
    for asked in requests("sip"):
        start, _, rest = asked.decode("ascii").partition("\r\n")
        assert start == "OPTIONS sip:nettools.invalid SIP/2.0"
        head, body = rest.split("\r\n\r\n")
        assert body == ""
        fields = email.parser.HeaderParser().parsestr(head)
        # RFC 3261 §8.1.1: what every request has; §11.1 adds Contact and Accept.
        for needed in ("Via", "From", "To", "Call-ID", "CSeq", "Max-Forwards", "Contact", "Accept", "Content-Length"):
            assert fields.get_all(needed), needed
        assert ";rport;branch=z9hG4bK" in fields["Via"]
        assert fields["CSeq"] == "1 OPTIONS"
        assert fields["Content-Length"] == "0"


def test_ssdp_by_a_parser_of_messages() -> None:
    for asked in requests("ssdp"):
        start, _, rest = asked.decode("ascii").partition("\r\n")
        assert start == "M-SEARCH * HTTP/1.1"
        assert rest.endswith("\r\n\r\n")
        fields = email.parser.HeaderParser().parsestr(rest)
        assert fields["MAN"] == '"ssdp:discover"'
        assert fields["HOST"] == "239.255.255.250:1900"
        assert 1 <= int(fields["MX"]) <= 5


def test_wsd_by_a_parser_of_xml() -> None:
    space = {
        "s": "http://www.w3.org/2003/05/soap-envelope",
        "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
        "d": "http://schemas.xmlsoap.org/ws/2005/04/discovery",
    }
    for asked in requests("wsd"):
        envelope = ElementTree.fromstring(asked)
        assert envelope.findtext("s:Header/a:Action", namespaces=space) == f"{space['d']}/Probe"
        assert envelope.find("s:Body/d:Probe", space) is not None
        identifier = envelope.findtext("s:Header/a:MessageID", namespaces=space)
        assert identifier is not None
        assert [len(part) for part in identifier.removeprefix("urn:uuid:").split("-")] == [8, 4, 4, 4, 12]


# --- ASN.1: X.690 ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Element:
    """A tag with what it holds; ``parts`` where its tag says that it is constructed."""

    tag: int
    value: bytes
    parts: tuple["Element", ...]

    def at(self, *path: int) -> "Element":
        return self.parts[path[0]].at(*path[1:]) if path else self


def elements(octets: bytes) -> tuple[Element, ...]:
    """All elements, which fill the octets to the last."""
    found = []
    while octets:
        tag, size, start = octets[0], octets[1], 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(octets[2:start])
            assert size >= 128, "DER takes the shortest form"
        value = octets[start : start + size]
        assert len(value) == size, "an element ends where its outer one does"
        found.append(Element(tag, value, elements(value) if tag & 0x20 else ()))
        octets = octets[start + size :]
    return tuple(found)


def number(element: Element) -> int:
    assert element.tag in (0x02, 0x0A)
    return int.from_bytes(element.value, signed=True)


def one(octets: bytes) -> Element:
    [only] = elements(octets)
    return only


@pytest.mark.parametrize(("name", "version"), [("snmp-v1", 0), ("snmp-v2c", 1)])
def test_snmp_with_a_community(name: str, version: int) -> None:
    for asked in requests(name):
        message = one(asked)
        assert (number(message.at(0)), message.at(1).value) == (version, b"public")
        request = message.at(2)
        assert request.tag == 0xA0  # GetRequest-PDU
        assert number(request.at(0)) > 0
        assert [number(request.at(place)) for place in (1, 2)] == [0, 0]
        assert request.at(3, 0, 0) == Element(0x06, bytes([43, 6, 1, 2, 1, 1, 1, 0]), ())  # sysDescr.0
        assert request.at(3, 0, 1) == Element(0x05, b"", ())


def test_snmp_v3_asks_for_the_engine() -> None:
    for asked in requests("snmp-v3"):
        message = one(asked)
        assert number(message.at(0)) == 3
        assert 0 < number(message.at(1, 0)) < 2**31
        assert number(message.at(1, 1)) == 65_507
        assert message.at(1, 2).value == b"\x04"  # RFC 3412 §6.4: reportable, noAuthNoPriv
        assert number(message.at(1, 3)) == 3
        security = one(message.at(2).value)
        assert [part.value.strip(b"\0") for part in security.parts] == [b""] * 6
        assert message.at(3, 2).tag == 0xA0
        assert 0 < number(message.at(3, 2, 0)) < 2**31


def test_ldap_searches_the_root() -> None:
    for asked in requests("cldap"):
        message = one(asked)
        search = message.at(1)
        assert number(message.at(0)) > 0
        assert search.tag == 0x63
        assert search.at(0) == Element(0x04, b"", ())
        assert [number(search.at(place)) for place in (1, 2, 3, 4)] == [0, 0, 0, 0]
        assert search.at(6) == Element(0x87, b"objectClass", ())
        assert search.at(7, 0).value == b"supportedLDAPVersion"


def test_kerberos_asks_for_a_ticket() -> None:
    for asked in requests("kerberos"):
        request = one(asked)
        assert request.tag == 0x6A  # RFC 4120 §5.4.1: [APPLICATION 10]
        assert [part.tag for part in request.at(0).parts] == [0xA1, 0xA2, 0xA4]
        body = request.at(0, 2, 0)
        assert [part.tag for part in body.parts] == [0xA0, 0xA1, 0xA2, 0xA3, 0xA5, 0xA7, 0xA8]
        assert [part.value for part in body.at(3, 0, 1, 0).parts] == [b"krbtgt", b"NETTOOLS.INVALID"]
        assert body.at(4, 0).tag == 0x18
        assert [number(part) for part in body.at(6, 0).parts] == [18, 17, 23]


# --- fields of fixed size -------------------------------------------------------------------------


def test_ntp_is_a_client_with_an_unguessable_clock() -> None:
    for asked in requests("ntp"):
        assert len(asked) == 48
        assert (asked[0] >> 3 & 7, asked[0] & 7) == (4, 3)
        assert not any(asked[1:40])
    for asked in requests("ntp-control"):
        flags, opcode, _, status, association, offset, count = struct.unpack("!BBHHHHH", asked)
        assert (flags >> 3 & 7, flags & 7, opcode) == (2, 6, 2)
        assert status == association == offset == count == 0


def test_dtls_hello_has_lengths_that_fit() -> None:
    for asked in requests("dtls"):
        content, version, epoch, size = struct.unpack("!BHH6xH", asked[:13])
        assert (content, version, epoch, size) == (22, 0xFEFF, 0, len(asked) - 13)
        kind, length, sequence, offset, fragment = (
            asked[13],
            int.from_bytes(asked[14:17]),
            int.from_bytes(asked[17:19]),
            int.from_bytes(asked[19:22]),
            int.from_bytes(asked[22:25]),
        )
        assert (kind, sequence, offset, length) == (1, 0, 0, fragment)
        body = asked[25:]
        assert len(body) == fragment
        assert body[:2] == b"\xfe\xfd"
        assert body[34:36] == b"\0\0"  # neither session nor cookie
        suites, rest = counted(body[36:], 2)
        assert len(suites) % 2 == 0
        compression, rest = counted(rest, 1)
        assert compression == b"\0"
        extensions, rest = counted(rest, 2)
        assert rest == b""
        kinds = []
        while extensions:
            kinds.append(int.from_bytes(extensions[:2]))
            _, extensions = counted(extensions[2:], 2)
        assert kinds == [10, 11, 13]


def counted(octets: bytes, width: int) -> tuple[bytes, bytes]:
    """(what a length in front says, what follows it)."""
    size = int.from_bytes(octets[:width])
    value = octets[width : width + size]
    assert len(value) == size
    return value, octets[width + size :]


@pytest.mark.parametrize(
    ("name", "program", "version", "procedure"),
    [("rpcbind", 100_000, 2, 0), ("rpcbind-dump", 100_000, 2, 4), ("nfs", 100_003, 3, 0)],
)
def test_rpc_calls(name: str, program: int, version: int, procedure: int) -> None:
    for asked in requests(name):
        assert struct.unpack("!10I", asked)[1:] == (0, 2, program, version, procedure, 0, 0, 0, 0)


@pytest.mark.parametrize(("name", "marker"), [("ike-v2", 0), ("ike-nat", 4)])
def test_ikev2_has_payloads_that_fill_it(name: str, marker: int) -> None:
    for asked in requests(name):
        assert asked[:marker] == bytes(marker)
        message = asked[marker:]
        initiator, responder, following, version, exchange, flags, identifier, size = struct.unpack(
            "!QQBBBBII", message[:28]
        )
        assert initiator
        assert (responder, version, exchange, flags, identifier) == (0, 0x20, 34, 8, 0)
        assert size == len(message)
        rest, seen = message[28:], []
        while following:
            seen.append(following)
            following, _, length = struct.unpack("!BBH", rest[:4])
            value, rest = rest[4:length], rest[length:]
            if seen[-1] == 33:
                assert transforms(value, number_at=4) == [(1, 12), (2, 5), (3, 12), (4, 14)]
            if seen[-1] == 34:
                assert (value[:2], len(value)) == (b"\0\x0e", 4 + 256)
        assert (seen, rest) == ([33, 34, 40], b"")


def transforms(proposal: bytes, *, number_at: int) -> list[tuple[int, int]]:
    """(type, identifier) of the transforms of the only proposal (RFC 7296 §3.3)."""
    last, _, length, number, protocol, spi_size, count = struct.unpack("!BBHBBBB", proposal[:8])
    assert (last, length, number, protocol, spi_size) == (0, len(proposal), 1, 1, 0)
    rest, found = proposal[8:], []
    for place in range(count):
        more, _, size, kind, _, identifier = struct.unpack("!BBHBBH", rest[:8])
        assert (more == 3) is (place < count - 1)
        found.append((kind, identifier))
        rest = rest[size:]
    assert rest == b""
    return found


def test_ikev1_has_one_proposal() -> None:
    for asked in requests("ike-v1"):
        initiator, responder, following, version, exchange, flags, identifier, size = struct.unpack(
            "!QQBBBBII", asked[:28]
        )
        assert (responder, following, version, exchange, flags, identifier) == (0, 1, 0x10, 2, 0, 0)
        assert initiator
        assert size == len(asked)
        last, _, length, domain, situation = struct.unpack("!BBHII", asked[28:40])
        assert (last, length, domain, situation) == (0, len(asked) - 28, 1, 1)
        last, _, length, number, protocol, spi_size, count = struct.unpack("!BBHBBBB", asked[40:48])
        assert (last, length, number, protocol, spi_size, count) == (0, len(asked) - 40, 1, 1, 0, 2)
        rest = asked[48:]
        for place in (1, 2):
            more, _, length, ordinal, kind = struct.unpack("!BBHBB", rest[:6])
            assert (more, ordinal, kind) == (3 if place == 1 else 0, place, 1)
            assert all(pair[0] & 0x80 for pair in zip(*[iter(rest[8:length])] * 4, strict=True))  # all attributes short
            rest = rest[length:]
        assert rest == b""


def test_l2tp_has_attributes_that_fill_it() -> None:
    for asked in requests("l2tp"):
        flags, length, tunnel, session, sent, received = struct.unpack("!6H", asked[:12])
        assert (flags, length, tunnel, session, sent, received) == (0xC802, len(asked), 0, 0, 0, 0)
        rest, kinds = asked[12:], {}
        while rest:
            head, vendor, kind = struct.unpack("!3H", rest[:6])
            assert (head >> 10, vendor) == (0x20, 0)  # mandatory, not hidden, of the IETF
            kinds[kind], rest = rest[6 : head & 0x3FF], rest[head & 0x3FF :]
        assert list(kinds) == [0, 2, 3, 7, 9]  # RFC 2661 §6.1: what a SCCRQ must have
        assert kinds[0] == b"\0\1"
        assert int.from_bytes(kinds[9])


def test_radius_has_attributes_that_fill_it() -> None:
    for asked in requests("radius"):
        code, _, length = struct.unpack("!BBH", asked[:4])
        assert (code, length) == (1, len(asked))
        rest, kinds = asked[20:], []
        while rest:
            assert rest[1] >= 3
            kinds.append(rest[0])
            rest = rest[rest[1] :]
        assert kinds == [1, 2, 32]


def test_coap_asks_for_the_list_of_resources() -> None:
    for asked in requests("coap"):
        assert (asked[0] >> 6, asked[0] >> 4 & 3, asked[0] & 15, asked[1]) == (1, 0, 4, 1)
        rest, option, path = asked[8:], 0, []
        while rest:
            option += rest[0] >> 4
            size = rest[0] & 15
            assert option == 11
            path.append(rest[1 : 1 + size])
            rest = rest[1 + size :]
        assert path == [b".well-known", b"core"]


def test_ipmi_checksums_are_right() -> None:
    for asked in requests("ipmi-auth"):
        assert asked[:4] == bytes([6, 0, 255, 7])
        message, rest = counted(asked[13:], 1)
        assert rest == b""
        assert sum(message[:3]) % 256 == 0  # IPMI 2.0 §13.8: two's complement sums
        assert sum(message[3:]) % 256 == 0
    for asked in requests("ipmi-ping"):
        assert struct.unpack("!4BIBBBB", asked) == (6, 0, 255, 6, 4542, 0x80, 0, 0, 0)


def test_small_requests_are_what_the_specifications_say() -> None:
    assert {name: PAYLOADS[name].filled(b"").hex() for name in ("nat-pmp", "mssql-browser", "xdmcp", "knxnet-ip")} == {
        "nat-pmp": "0000",
        "mssql-browser": "03",
        "xdmcp": "00010002000100",
        "knxnet-ip": "06100203000e0801000000000000",
    }
    for asked in requests("stun"):
        assert struct.unpack("!HHI", asked[:8]) == (1, 0, 0x2112A442)
        assert len(asked) == 20
    for asked in requests("tftp"):
        opcode, rest = int.from_bytes(asked[:2]), asked[2:]
        name, mode, end = rest.split(b"\0")
        assert (opcode, mode, end) == (1, b"octet", b"")
        assert name.startswith(b"nettools-")
    for asked in requests("bacnet"):
        assert asked[:2] == b"\x81\x0a"
        assert int.from_bytes(asked[2:4]) == len(asked)
    for asked in requests("knxnet-ip"):
        assert int.from_bytes(asked[4:6]) == len(asked)
    for asked in requests("rip"):
        assert struct.unpack("!BBHHH3II", asked) == (1, 1, 0, 0, 0, 0, 0, 0, 16)
    for asked in requests("ripng"):
        assert struct.unpack("!BBH16sHBB", asked) == (1, 1, 0, bytes(16), 0, 0, 16)
    for asked in requests("pcp"):
        assert struct.unpack("!BBHI16s", asked) == (2, 0, 0, 0, bytes(10) + b"\xff\xff" + bytes(4))
    for asked in requests("slp"):
        assert asked[:2] == b"\2\x09"
        assert int.from_bytes(asked[2:5]) == len(asked)
    for asked in requests("rdp"):
        assert len(asked) == 1232
        assert struct.unpack("!IHH", asked[:8]) == (0xFFFFFFFF, 64, 1)
        assert struct.unpack("!HH", asked[12:16]) == (1232, 1232)
    for asked in requests("memcached"):
        assert struct.unpack("!HHH", asked[2:8]) == (0, 1, 0)
        assert asked[8:] == b"version\r\n"
    for asked in requests("openvpn"):
        assert (asked[0] >> 3, asked[0] & 7, len(asked)) == (7, 0, 14)
    for asked in requests("iax2"):
        assert len(asked) == 12
        assert asked[0] & 0x80


@pytest.mark.parametrize(("name", "at"), [("gtp-v1", 8), ("gtp-v2", 4), ("pfcp", 4)])
def test_mobile_core_lengths_count_what_follows(name: str, at: int) -> None:
    for asked in requests(name):
        assert int.from_bytes(asked[2:4]) == len(asked) - at
        assert asked[1] == 1


def test_bittorrent_is_bencoded() -> None:
    for asked in requests("bittorrent-dht"):
        value, rest = bencoded(asked)
        assert rest == b""
        assert isinstance(value, dict)
        assert list(value) == sorted(value)
        assert (value[b"q"], value[b"y"]) == (b"ping", b"q")
        arguments = value[b"a"]
        assert isinstance(arguments, dict)
        assert len(arguments[b"id"]) == 20
    for asked in requests("bittorrent-tracker"):
        assert struct.unpack("!QI", asked[:12]) == (0x41727101980, 0)
        assert len(asked) == 16


def bencoded(octets: bytes) -> tuple[dict[bytes, object] | bytes, bytes]:
    """(value, what follows it): BEP 3, dictionaries and strings."""
    if octets[:1] != b"d":
        size, _, rest = octets.partition(b":")
        return rest[: int(size)], rest[int(size) :]
    found: dict[bytes, object] = {}
    rest = octets[1:]
    while rest[:1] != b"e":
        key, rest = bencoded(rest)
        assert isinstance(key, bytes)
        found[key], rest = bencoded(rest)
    return found, rest[1:]
