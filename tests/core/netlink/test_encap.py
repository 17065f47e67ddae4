"""Encapsulations of routes from bytes composed by hand, each from the header that is named at it."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.netlink.encap import encapsulation
from nettools.core.record import Json
from tests.core.netlink.compose import be16, be32, be64, changed, ip, names, nest, s32, u8, u16, u32

# enum lwtunnel_encap_types of linux/lwtunnel.h
MPLS, IP, ILA, IP6, SEG6, BPF, SEG6_LOCAL, RPL, IOAM6, XFRM = range(1, 11)
HAS_HMAC = 8  # SR6_FLAG1_HMAC of linux/seg6.h
FIRST, SECOND = "2001:db8:f::1", "2001:db8:f::2"


def routing_header(*segments: str, flags: int = 0, behind: bytes = b"") -> bytes:
    """struct ipv6_sr_hdr of linux/seg6.h: next header, length in eights, type 4, left, last entry, flags, tag.

    The segments stand in it from the last to the first.
    """
    packed = b"".join(ip(one) for one in reversed(segments))
    last = len(segments) - 1
    head = struct.pack("=BBBBBBH", 0, (len(packed) + len(behind)) // 8, 4, last, last, flags, 0)
    return head + packed + behind


def hmac(key: int) -> bytes:
    """struct sr6_tlv_hmac of linux/seg6_hmac.h: type 5, length 38, reserved, the key's number, 32 bytes of HMAC."""
    return u8(5, 38) + bytes(2) + be32(key) + b"\xaa" * 32


def read(kind: int, *pairs: tuple[int, bytes]) -> dict[str, Json]:
    return encapsulation(kind, nest(*pairs), names())


def label(number: int, *, is_last: bool) -> bytes:
    """One entry of a label stack, RFC 3032 §2.1: label, class, bottom of stack, time to live."""
    return be32(number << 12 | 5 << 9 | is_last << 8 | 64)


IP_PAIRS = (
    (1, be64(100)),  # LWTUNNEL_IP_ID
    (2, ip("192.0.2.9")),  # _DST
    (3, ip("192.0.2.1")),  # _SRC
    (4, u8(64)),  # _TTL
    (5, u8(4)),  # _TOS
    (6, be16(0x0004)),  # _FLAGS
)
IP6_PAIRS = ((1, be64(1 << 60)), (2, ip(FIRST)), (3, ip(SECOND)), (4, u8(64)), (5, u8(4)), (6, be16(5)))
CASES: list[tuple[str, int, tuple[tuple[int, bytes], ...], dict[str, Json]]] = [
    (
        "mpls, linux/mpls_iptunnel.h",
        MPLS,
        ((1, label(100, is_last=False) + label(0xFFFFF, is_last=True)), (2, u8(32))),
        {"type": "mpls", "labels": [100, 0xFFFFF], "ttl": 32},
    ),
    (
        "ip",
        IP,
        IP_PAIRS,
        {"type": "ip", "id": "100", "dst": "192.0.2.9", "src": "192.0.2.1", "ttl": 64, "tos": 4, "flags": 4},
    ),
    ("ip without ends", IP, ((2, ip("0.0.0.0")), (3, ip("0.0.0.0"))), {"type": "ip"}),
    ("ip with options", IP, ((8, nest((1, b"\1"))),), {"type": "ip", "8": "0500010001000000"}),
    (
        "ip6",
        IP6,
        IP6_PAIRS,
        {"type": "ip6", "id": str(1 << 60), "dst": FIRST, "src": SECOND, "hoplimit": 64, "tc": 4, "flags": 5},
    ),
    ("ip6 without ends", IP6, ((2, ip("::")), (3, ip("::"))), {"type": "ip6"}),
    (
        "ila, linux/ila.h",
        ILA,
        ((1, be64(0x20010DB800000001)), (7, u8(3)), (8, u8(32)), (9, u8(1))),
        {
            "type": "ila",
            "locator": "2001:db8:0:1",
            "csum_mode": "neutral-map-auto",
            "ident_type": "use-format",
            "hook_type": "input",
        },
    ),
    (
        "seg6, linux/seg6_iptunnel.h",
        SEG6,
        ((1, s32(1) + routing_header(FIRST, SECOND)),),
        {"type": "seg6", "mode": "encap", "segs": [FIRST, SECOND]},
    ),
    (
        "seg6 inline, which leaves room for the destination",
        SEG6,
        ((1, s32(0) + routing_header(FIRST, "::")),),
        {"type": "seg6", "mode": "inline", "segs": [FIRST, "::"]},
    ),
    (
        "seg6 with a signature",
        SEG6,
        ((1, s32(2) + routing_header(FIRST, SECOND, flags=HAS_HMAC, behind=hmac(0x1234))),),
        {"type": "seg6", "mode": "l2encap", "segs": [FIRST, SECOND], "hmac": "0x1234"},
    ),
    (
        "seg6 with padding behind the segments",
        SEG6,
        ((1, s32(4) + routing_header(FIRST, behind=bytes(8))),),
        {"type": "seg6", "mode": "l2encap.red", "segs": [FIRST]},
    ),
    (
        "seg6 in a mode without a name",
        SEG6,
        ((1, s32(-1) + routing_header(FIRST)),),
        {"type": "seg6", "mode": "-1", "segs": [FIRST]},
    ),
    ("seg6 cut short", SEG6, ((1, s32(1) + b"\1\2\3"),), {"type": "seg6", "srh": (s32(1) + b"\1\2\3").hex()}),
    (
        "seg6local, linux/seg6_local.h",
        SEG6_LOCAL,
        ((1, u32(2)), (5, ip(FIRST)), (7, u32(3))),
        {"type": "seg6local", "action": "End.X", "nh6": FIRST, "oif": "eth1"},
    ),
    (
        "seg6local to a table",
        SEG6_LOCAL,
        ((1, u32(16)), (3, u32(254)), (9, u32(1000)), (6, u32(2)), (4, ip("192.0.2.9"))),
        {
            "type": "seg6local",
            "action": "End.DT46",
            "table": "main",
            "vrftable": "1000",
            "iif": "eth0",
            "nh4": "192.0.2.9",
        },
    ),
    (
        "seg6local to where the packet says, which is a value and no absence",
        SEG6_LOCAL,
        ((1, u32(5)), (4, ip("0.0.0.0")), (5, ip("::"))),
        {"type": "seg6local", "action": "End.DX6", "nh4": "0.0.0.0", "nh6": "::"},
    ),
    (
        "seg6local with segments",
        SEG6_LOCAL,
        ((1, u32(10)), (2, routing_header(FIRST, SECOND, flags=HAS_HMAC, behind=hmac(9)))),
        {"type": "seg6local", "action": "End.B6.Encaps", "segs": [FIRST, SECOND], "hmac": "0x9"},
    ),
    (
        "seg6local with what has no name, and an action that has none",
        SEG6_LOCAL,
        ((1, u32(17)), (10, b"\1"), (11, b"\2")),
        {"type": "seg6local", "action": "17", "10": "01", "11": "02"},
    ),
    ("ila without names", ILA, ((7, u8(9)), (9, u8(7))), {"type": "ila", "csum_mode": "9", "hook_type": "7"}),
    ("xfrm", XFRM, ((1, u32(5)), (2, u32(2))), {"type": "xfrm", "if_id": 5, "link_dev": "eth0"}),
    ("bpf", BPF, ((2, b"\xab"),), {"type": "bpf", "2": "ab"}),
    ("rpl", RPL, ((1, b"\xab\xcd"),), {"type": "rpl", "1": "abcd"}),
    ("ioam6", IOAM6, ((1, u32(1)), (9, b"")), {"type": "ioam6", "1": u32(1).hex(), "9": ""}),
    ("unknown", 77, ((1, b"\1"),), {"type": "77", "1": "01"}),
    ("none", 0, (), {"type": "0"}),
]


@pytest.mark.parametrize(("kind", "pairs", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_every_kind_is_read(kind: int, pairs: tuple[tuple[int, bytes], ...], expected: dict[str, Json]) -> None:
    assert read(kind, *pairs) == expected


def test_every_action_of_segment_routing_has_its_name() -> None:
    """SEG6_LOCAL_ACTION_* of linux/seg6_local.h."""
    assert [read(SEG6_LOCAL, (1, u32(number)))["action"] for number in range(18)] == [
        *("unspec", "End", "End.X", "End.T", "End.DX2", "End.DX6", "End.DX4", "End.DT6", "End.DT4", "End.B6"),
        *("End.B6.Encaps", "End.BM", "End.S", "End.AS", "End.AM", "End.BPF", "End.DT46", "17"),
    ]


def test_every_mode_of_segment_routing_has_its_name() -> None:
    """SEG6_IPTUN_MODE_* of linux/seg6_iptunnel.h."""
    modes = [read(SEG6, (1, s32(number) + routing_header(FIRST)))["mode"] for number in range(6)]
    assert modes == ["inline", "encap", "l2encap", "encap.red", "l2encap.red", "5"]


@pytest.mark.parametrize("end", [8, 20, 24, 39, 40])
def test_a_routing_header_that_says_more_than_it_has_gives_what_is_there(end: int) -> None:
    told = read(SEG6, (1, s32(1) + routing_header(FIRST, SECOND)[:end]))["segs"]
    assert isinstance(told, list)
    whole = [ip(SECOND), ip(FIRST)][: (end - 8) // 16]
    assert told[len(told) - len(whole) :] == [FIRST] * (len(whole) == 2) + [SECOND] * (len(whole) > 0)


def test_an_address_of_an_impossible_length_is_kept_in_digits() -> None:
    assert read(IP, (2, b"\1\2\3")) == {"type": "ip", "dst": "010203"}


def test_of_a_repeated_attribute_the_last_counts() -> None:
    assert read(IP, (4, u8(1)), (4, u8(2))) == {"type": "ip", "ttl": 2}


@given(
    st.integers(0, 12),
    st.one_of(st.binary(max_size=120), changed([nest(*pairs) for _, _, pairs, _ in CASES])),
)
def test_whatever_bytes_there_are_an_encapsulation_is_read(kind: int, value: bytes) -> None:
    told = encapsulation(kind, value, names())
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize("kind", range(1, 12))
@pytest.mark.parametrize("number", range(1, 13))
def test_the_longest_attribute_of_an_encapsulation_is_read(kind: int, number: int) -> None:
    for value in (b"\xff" * 9000, b"\0" * 9000, u16(1) + bytes(9000)):
        told = read(kind, (number, value))
        assert json.loads(json.dumps(told)) == told
