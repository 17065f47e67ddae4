"""Which answers show a protocol: for every payload at least one as its specification has it, and what is none."""

import struct
from collections.abc import Callable

import dns.flags
import dns.message
import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools import data
from nettools.core.scan.payload_file import payload_table
from nettools.core.scan.udp_answer import Copied, Octets, answers

TABLE = payload_table(data.files("udp", ".payload"))
PAYLOADS = {payload.name: payload for payload in TABLE if payload.silence is None}
SEED = b"a seed of the tests"

Reply = Callable[[bytes], bytes]


def h(text: str) -> bytes:
    return bytes.fromhex(text)


def refusal(asked: bytes) -> bytes:
    response = dns.message.make_response(dns.message.from_wire(asked))
    response.set_rcode(dns.rcode.REFUSED)
    return response.to_wire()


def netbios_status(asked: bytes) -> bytes:
    """RFC 1002 §4.2.18: one name, WORKSTATION."""
    names = b"\x01" + b"WORKSTATION".ljust(15) + b"\0\x04\0"
    return asked[:2] + h("8400000000010000 0000") + asked[12:46] + h("00210001 00000000") + counted(names + bytes(46))


def counted(octets: bytes) -> bytes:
    return len(octets).to_bytes(2) + octets


def stun_success(asked: bytes) -> bytes:
    return h("0101 000c") + asked[4:20] + h("0020 0008 0001 a147 e112a643")


def hello_verify(asked: bytes) -> bytes:
    body = h("feff 04 01020304")
    size = len(body).to_bytes(3)
    return h("16feff 0000 000000000000") + counted(h("03") + size + bytes(5) + size + body)


def snmp_response(asked: bytes) -> bytes:
    """As the bed's agents do: the request with the tag of a GetResponse-PDU."""
    return asked.replace(b"public\xa0", b"public\xa2")


def snmp_report(asked: bytes) -> bytes:
    engine = h("80001f8804aabbccdd")
    scoped = h("30 1f 0409") + engine + h("0400 a811 0204") + asked[10:14] + h("020100 020100 3003")
    return h("30 40") + asked[2:14] + engine + scoped + h("2b060106030f01010400 4101 07")


def version_negotiation(asked: bytes) -> bytes:
    destination, source = asked[5:14], asked[14:23]
    return h("8a00000000") + source + destination + h("00000001 6b3343cf")


def echoed(start: int, end: int, before: str, after: str = "") -> Reply:
    return lambda asked: h(before) + asked[start:end] + h(after)


def rpc_reply(asked: bytes) -> bytes:
    return asked[:4] + struct.pack("!5I", 1, 0, 0, 0, 0)


def ike_notify(asked: bytes, exchange: str = "29 20 22 20") -> bytes:
    return asked[:8] + h("1122334455667788" + exchange + "00000000 00000024 00000008 0000000e")


def sip_ok(asked: bytes) -> bytes:
    via = next(line for line in asked.split(b"\r\n") if line.startswith(b"Via:"))
    return b"SIP/2.0 404 Not Found\r\n" + via + b";received=192.0.2.1\r\nCSeq: 1 OPTIONS\r\n\r\n"


def probe_match(asked: bytes) -> bytes:
    relates = asked[asked.index(b"urn:uuid:") : asked.index(b"</a:MessageID>")]
    return b"<s:Envelope><a:RelatesTo>" + relates + b"</a:RelatesTo><d:ProbeMatches/></s:Envelope>"


REPLIES: list[tuple[str, Reply]] = [
    ("dns", refusal),
    ("dns-root", refusal),
    ("mdns", refusal),
    ("mdns", lambda asked: h("0000 8400 0000 0001 0000 0000") + asked[12:-4] + h("000c0001 00000e10 0002 c00c")),
    ("ntp", lambda asked: h("2402 00ec") + bytes(20) + asked[40:48] + bytes(16)),
    ("ntp", lambda asked: h("e400 0000") + bytes(8) + b"RATE" + bytes(8) + asked[40:48] + bytes(16)),  # kiss-o'-death
    ("ntp-control", echoed(2, 4, "1682", "0615 0000 0000 0004 61 3d 31 00")),
    ("ntp-control", echoed(2, 4, "16c2", "0300 0000 0000 0000")),
    ("snmp-v1", snmp_response),
    ("snmp-v2c", snmp_response),
    ("snmp-v3", snmp_report),
    ("sip", sip_ok),
    ("ssdp", lambda _: b"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:1\r\n\r\n"),
    ("netbios-ns", netbios_status),
    ("tftp", lambda _: h("0005 0001") + b"File not found\0"),
    ("tftp", lambda _: h("0003 0001") + b"contents"),
    ("stun", stun_success),
    ("stun", lambda asked: h("0111 0008") + asked[4:20] + h("0009 0004 00000400")),
    ("quic", version_negotiation),
    ("dtls", hello_verify),
    ("dtls", lambda _: h("15fefd 0000 000000000000 0002 0228")),  # alert: handshake_failure
    ("coap", echoed(2, 8, "6445", "c128 ff 3c2f3e")),
    ("coap", echoed(2, 4, "7000")),  # reset
    ("coap", lambda asked: h("5445 0001") + asked[4:8] + h("ff 3c2f3e")),  # a non-confirmable response of its own
    ("cldap", lambda asked: h("300f") + asked[2:8] + h("6507 0a0100 0400 0400")),
    ("ipmi-ping", lambda _: h("0600ff06 000011be 40 00 00 10 000011be 00000000 81 00 000000000000")),
    ("ipmi-auth", lambda _: h("0600ff07 00 00000000 00000000 10 81 1c 63 20 00 38 00 01 84 04 02 00 00 00 00 1d")),
    ("rpcbind", rpc_reply),
    ("rpcbind-dump", rpc_reply),
    ("nfs", rpc_reply),
    ("ike-v2", ike_notify),
    ("ike-v2", lambda asked: ike_notify(asked, "0b 10 05 00")),  # informational exchange of IKEv1
    ("ike-v1", lambda asked: ike_notify(asked, "0b 10 05 00")),
    ("ike-nat", lambda asked: bytes(4) + ike_notify(asked[4:])),
    ("radius", lambda asked: h("03") + asked[1:2] + h("0014") + bytes(16)),
    ("radius", lambda asked: h("02") + asked[1:2] + h("0014") + bytes(16)),
    ("radius", lambda asked: h("0b") + asked[1:2] + h("0014") + bytes(16)),
    ("xdmcp", lambda _: h("0001 0005 000a 0000 0002 6869 0002 6869")),
    ("xdmcp", lambda _: h("0001 0006 0008 0002 6869 0002 6e6f")),
    ("rip", lambda _: h("0201 0000 0002 0000 0a000000 00000000 00000000 00000001")),
    ("ripng", lambda _: h("0201 0000") + bytes(16) + h("0000 00 01")),
    ("memcached", echoed(0, 2, "", "0000 0001 0000 56455253494f4e20 312e360d0a")),
    ("mssql-browser", lambda _: h("05 0400") + b"Serv"),
    ("wsd", probe_match),
    ("nat-pmp", lambda _: h("0080 0000 00000001 c0000201")),
    ("nat-pmp", lambda _: h("0080 0001 00000001")),  # unsupported version: RFC 6886 §3.5
    ("pcp", lambda _: h("0280 000c 00000000 00000001") + bytes(12)),
    ("openvpn", lambda asked: h("40 1122334455667788 01 00000000") + asked[1:9] + h("00000000")),
    ("source-engine", lambda _: h("ffffffff 49 11") + b"name\0"),
    ("source-engine", lambda _: h("ffffffff 41 01020304")),
    ("quake3", lambda asked: h("ffffffff") + b"infoResponse\n\\challenge\\" + asked[12:] + b"\\hostname\\x"),
    ("raknet", echoed(1, 9, "1c", "0102030405060708 00ffff00fefefefefdfdfdfd12345678 0004 4d435045")),
    ("mumble", echoed(4, 12, "00010500", "00000001 00000064 0000ea60")),
    ("bacnet", lambda _: h("810a 0014 0100 30 2a 0c 0c 020004d2 19 4b 3e c4020004d2 3f")),
    ("kerberos", lambda _: h("7e 10 30 0e a003020105 a10302011e a6030201 44")),
    ("kerberos", lambda _: h("6b 03 020100")),
    ("l2tp", lambda asked: h("c802 000c") + asked[-2:] + h("0000 0000 0001")),
    ("echo", lambda asked: asked),
    ("daytime", lambda _: b"Saturday, November 21, 2026 12:00:00-UTC\r\n"),
    ("qotd", lambda _: b"To be"),
    ("chargen", lambda _: bytes(range(33, 105)) + b"\r\n"),
    ("time", lambda _: h("ee123456")),
    ("gtp-v1", echoed(8, 10, "3202 0006 00000000", "0000 0e 01")),
    ("gtp-v2", echoed(4, 7, "4002 0009", "00 03000100 05")),
    ("pfcp", echoed(4, 7, "2002 000c", "00 0060 0004 e0000001")),
    ("slp", echoed(10, 12, "020a 000014 0000 000000", "0002 656e 0000 0000")),
    ("rdp", echoed(8, 12, "", "0040 0005 11223344 04d0 04d0")),
    ("mgcp", lambda _: b"500 170370115 Endpoint unknown\r\n"),
    ("iax2", lambda _: h("8001 2a2a 00000003 00 01 06 03")),
    ("knxnet-ip", lambda _: h("0610 0204 0008 3601")),
    ("bittorrent-dht", lambda asked: b"d1:rd2:id20:" + bytes(20) + b"e1:t2:" + asked[-9:-7] + b"1:y1:re"),
    ("bittorrent-dht", lambda asked: b"d1:eli201e5:Errore1:t2:" + asked[-9:-7] + b"1:y1:ee"),
    ("bittorrent-tracker", echoed(12, 16, "00000000", "0102030405060708")),
    ("bittorrent-tracker", echoed(12, 16, "00000003", "6e6f")),
]


def is_answer(name: str, answer: bytes) -> bool:
    payload = PAYLOADS[name]
    return answers(payload.replies, payload.filled(SEED), answer)


def test_every_payload_has_an_answer_here() -> None:
    assert {name for name, _ in REPLIES} == set(PAYLOADS)


@pytest.mark.parametrize(("name", "reply"), REPLIES, ids=[name for name, _ in REPLIES])
def test_an_answer_is_recognised(name: str, reply: Reply) -> None:
    payload = PAYLOADS[name]
    answer = reply(payload.filled(SEED))
    assert is_answer(name, answer)
    assert {TABLE.protocol_of(port, SEED, answer) for port in payload.ports} == {payload.protocol}


def repeats(name: str) -> bool:
    """Whether every answer of the protocol repeats something of the request."""
    return all(
        any(isinstance(one, Octets) and isinstance(one.wanted, Copied) for one in conditions)
        for conditions in PAYLOADS[name].replies
    )


REPEATING = [(name, reply) for name, reply in REPLIES if repeats(name)]


@pytest.mark.parametrize(("name", "reply"), REPEATING, ids=[name for name, _ in REPEATING])
def test_an_answer_to_somebody_elses_request_is_none(name: str, reply: Reply) -> None:
    payload = PAYLOADS[name]
    assert not is_answer(name, reply(payload.filled(b"of somebody else")))


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_an_empty_datagram_shows_no_protocol(name: str) -> None:
    assert not is_answer(name, b"")


@pytest.mark.parametrize("name", sorted(PAYLOADS.keys() - {"time"}))
def test_a_service_that_repeats_everything_is_an_echo_service(name: str) -> None:
    payload = PAYLOADS[name]
    assert {TABLE.protocol_of(port, SEED, payload.filled(SEED)) for port in payload.ports} == {"echo"}


@given(st.sampled_from(sorted(PAYLOADS)), st.binary(max_size=64))
def test_any_datagram_is_judged(name: str, answer: bytes) -> None:
    payload = PAYLOADS[name]
    assert TABLE.protocol_of(payload.ports[0], SEED, answer) in {
        None,
        payload.protocol,
        *(one.protocol for one in TABLE.of(payload.ports[0])),
    }
