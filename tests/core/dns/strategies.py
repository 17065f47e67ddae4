"""Generated names and messages, valid and broken, for the tests of the DNS codec and of what reads its messages."""

import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from hypothesis import strategies as st

from nettools.core.dns.name import LONGEST_LABEL, LONGEST_NAME, ROOT


def wire_name(labels: list[bytes]) -> bytes:
    """The labels as an uncompressed name, as many as fit."""
    wire = b""
    for label in labels:
        if len(wire) + 1 + len(label) + 1 <= LONGEST_NAME:
            wire += bytes([len(label)]) + label
    return wire + ROOT


LABELS = st.binary(min_size=1, max_size=12) | st.binary(min_size=1, max_size=LONGEST_LABEL)
WIRE_NAMES = st.lists(LABELS, max_size=10).map(wire_name) | st.lists(st.binary(min_size=1, max_size=1)).map(wire_name)

_HOSTS = st.sampled_from(["a.test.", "www.a.test.", "WWW.A.test.", "b.a.test.", "mail.example.", "x\\.y.a.test.", "."])
_NUMBERS = st.integers(0, 0xFFFF)
_OCTETS = st.binary(max_size=40)
_RDATA = st.one_of(
    st.tuples(st.just("A"), st.ip_addresses(v=4).map(str)),
    st.tuples(st.just("AAAA"), st.ip_addresses(v=6).map(str)),
    st.tuples(st.sampled_from(["NS", "CNAME", "PTR", "DNAME"]), _HOSTS),
    st.tuples(st.sampled_from(["MX", "AFSDB", "RT", "KX", "LP"]), st.builds("{} {}".format, _NUMBERS, _HOSTS)),
    st.tuples(st.just("SOA"), st.builds("{} {} {} 2 3 4 5".format, _HOSTS, _HOSTS, _NUMBERS)),
    st.tuples(st.just("RP"), st.builds("{} {}".format, _HOSTS, _HOSTS)),
    st.tuples(st.just("SRV"), st.builds("{} 2 3 {}".format, _NUMBERS, _HOSTS)),
    st.tuples(st.just("PX"), st.builds("{} {} {}".format, _NUMBERS, _HOSTS, _HOSTS)),
    st.tuples(st.just("NAPTR"), st.builds('{} 2 "s" "SIP+D2U" "!^.*$!x!" {}'.format, _NUMBERS, _HOSTS)),
    st.tuples(st.just("NSEC"), st.builds("{} A NS TYPE1234".format, _HOSTS)),
    st.tuples(st.just("HTTPS"), st.builds("1 {} port={}".format, _HOSTS, _NUMBERS)),
    st.tuples(st.just("TXT"), _OCTETS.map(lambda octets: '"' + "".join(f"\\{octet:03}" for octet in octets) + '"')),
    st.tuples(st.just("DS"), st.builds("{} 13 2 {}".format, _NUMBERS, st.just("ab" * 32))),
    st.tuples(
        st.just("RRSIG"), st.builds("A 13 2 60 20300101000000 20200101000000 {} {} Zm9v".format, _NUMBERS, _HOSTS)
    ),
    st.tuples(st.just("TYPE65280"), _OCTETS.map(lambda octets: f"\\# {len(octets)} {octets.hex()}")),
)
_RECORDS = st.lists(st.tuples(_HOSTS, st.integers(0, 2**31 - 1), _RDATA), max_size=5)


@st.composite
def valid_messages(draw: st.DrawFn) -> bytes:
    """A reply as dnspython writes it, its names compressed."""
    message = dns.message.make_response(
        dns.message.make_query(draw(_HOSTS), draw(st.sampled_from(["A", "NS", "ANY"])), id=draw(_NUMBERS)),
    )
    for section in (message.answer, message.authority, message.additional):
        for owner, ttl, (kind, text) in draw(_RECORDS):
            rdata = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.from_text(kind), text)
            section.append(dns.rrset.from_rdata(owner, ttl, rdata))
    if draw(st.booleans()):
        message.use_edns(0, dns.flags.DO * draw(st.booleans()), draw(st.integers(512, 4096)))
    message.set_rcode(dns.rcode.Rcode(draw(st.sampled_from([0, 2, 3, 5]))))
    return message.to_wire(max_size=65_535)


@st.composite
def broken_messages(draw: st.DrawFn) -> bytes:
    """A valid message in which octets were changed, cut off, added or repeated."""
    wire = bytearray(draw(valid_messages()))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(wire)))
        change = draw(st.sampled_from(["octet", "pointer", "cut", "insert", "repeat"]))
        if change == "octet" and at < len(wire):
            wire[at] = draw(st.integers(0, 255))
        elif change == "pointer":
            wire[at : at + 2] = (0xC000 | draw(st.integers(0, len(wire)))).to_bytes(2, "big")
        elif change == "cut":
            del wire[at:]
        elif change == "insert":
            wire[at:at] = draw(st.binary(max_size=8))
        else:
            wire += wire[at : at + 64]
    return bytes(wire)
