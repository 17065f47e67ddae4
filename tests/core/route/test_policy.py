"""Rules of policy routing: whom each selector concerns, and what is said when it does not."""

import pytest

from nettools.core.route.policy import mismatch, selectors
from nettools.core.route.question import Question
from tests.core.route.machines import ask, rule

MATCHING = [
    ("5: from 10.0.0.0/8 lookup 100", ask("192.0.2.1", "10.1.2.3")),
    ("5: from 0.0.0.0/0 lookup 100", ask("192.0.2.1")),
    ("5: from 0.0.0.0/8 lookup 100", ask("192.0.2.1")),  # what has no source yet has 0.0.0.0
    ("-6 5: from ::/8 lookup 100", ask("2001:db8::1", incoming="eth0")),
    ("5: to 192.0.2.0/24 lookup 100", ask("192.0.2.1")),
    ("5: fwmark 0x1 lookup 100", ask("192.0.2.1", mark=1)),
    ("5: fwmark 0x10/0xf0 lookup 100", ask("192.0.2.1", mark=0x1F)),
    ("5: fwmark 0/0xff lookup 100", ask("192.0.2.1", mark=0x100)),
    ("5: iif eth0 lookup 100", ask("192.0.2.1", incoming="eth0")),
    ("5: iif lo lookup 100", ask("192.0.2.1")),  # what this machine sends
    ("5: oif eth0 lookup 100", ask("192.0.2.1", outgoing="eth0")),
    ("5: uidrange 1000-2000 lookup 100", ask("192.0.2.1", uid=2000)),
    ("5: ipproto tcp lookup 100", ask("192.0.2.1", protocol=6)),
    ("5: ipproto udp lookup 100", ask("192.0.2.1")),  # what no protocol is named for is taken for UDP
    ("5: ipproto 99 lookup 100", ask("192.0.2.1", protocol=99)),
    ("5: dport 80 lookup 100", ask("192.0.2.1", destination_port=80)),
    ("5: sport 1024-65535 lookup 100", ask("192.0.2.1", source_port=65535)),
    ("5: dport 80/0xfff0 lookup 100", ask("192.0.2.1", destination_port=0x5F)),
    ("5: tos 0x10 lookup 100", ask("192.0.2.1", tos=0x10)),
    ("5: tos 0x10 lookup 100", ask("192.0.2.1", tos=0xF0)),  # of IPv4 three bits count
    ("-6 5: tos 0xb8 lookup 100", ask("2001:db8::1", tos=0xB8)),
    ("5: dscp 46 lookup 100", ask("192.0.2.1", tos=0xB8)),
    ("5: dscp 0x20/0x30 lookup 100", ask("192.0.2.1", tos=0xB8)),
    ("5: tun_id 0 lookup 100", ask("192.0.2.1")),
    ("5: not from 10.0.0.0/8 lookup 100", ask("192.0.2.1", "172.16.0.1")),
    ("5: not fwmark 0x1 lookup 100", ask("192.0.2.1")),
    ("5: from 10.0.0.0/8 dport 80 lookup 100", ask("192.0.2.1", "10.0.0.1", destination_port=80)),
    ("5: lookup 100", ask("192.0.2.1")),
]

MISSING = [
    (
        "5: from 10.0.0.0/8 lookup 100",
        ask("192.0.2.1", "172.16.0.1"),
        "only from 10.0.0.0/8, the packet has source 172.16.0.1",
    ),
    ("5: from 10.0.0.0/8 lookup 100", ask("192.0.2.1"), "only from 10.0.0.0/8, the packet has no source yet"),
    ("-6 5: from ::/8 lookup 100", ask("2001:db8::1"), "only from ::/8, the packet has no source yet"),
    ("5: to 192.0.2.0/24 lookup 100", ask("198.51.100.1"), "only to 192.0.2.0/24"),
    ("5: fwmark 0x1 lookup 100", ask("192.0.2.1"), "only for mark 0x1, the packet has 0x0"),
    ("5: fwmark 0x10/0xf0 lookup 100", ask("192.0.2.1", mark=0x20), "only for mark 0x10/0xf0, the packet has 0x20"),
    ("5: iif eth0 lookup 100", ask("192.0.2.1"), "only for what comes in by eth0"),
    ("5: iif lo lookup 100", ask("192.0.2.1", incoming="eth0"), "only for what comes in by lo"),
    ("5: oif eth0 lookup 100", ask("192.0.2.1"), "only for what must leave by eth0"),
    ("5: uidrange 0-0 lookup 100", ask("192.0.2.1", uid=5), "only for UIDs 0-0, the packet is of 5"),
    ("5: uidrange 0-0 lookup 100", ask("192.0.2.1"), "only for UIDs 0-0, the packet is of nobody"),
    ("5: ipproto tcp lookup 100", ask("192.0.2.1", protocol=17), "only for tcp, the packet is udp"),
    ("5: dport 80 lookup 100", ask("192.0.2.1"), "only for destination port 80, the packet has none"),
    ("5: sport 53-99 lookup 100", ask("192.0.2.1", source_port=100), "only for source port 53-99, the packet has 100"),
    (
        "5: dport 80/0xfff0 lookup 100",
        ask("192.0.2.1", destination_port=0x60),
        "only for destination port 80/0xfff0, the packet has 96",
    ),
    ("5: tos 0x10 lookup 100", ask("192.0.2.1", tos=8), "only for TOS 0x10, the packet has 0x8"),
    ("-6 5: tos 0x10 lookup 100", ask("2001:db8::1", tos=0xF0), "only for TOS 0x10, the packet has 0xf0"),
    ("5: dscp 46 lookup 100", ask("192.0.2.1", tos=8), "only for DSCP 46, the packet has 2"),
    ("5: tun_id 7 lookup 100", ask("192.0.2.1"), "only for tunnel 7"),
    ("-6 5: flowlabel 0x5 lookup 100", ask("2001:db8::1"), "only for flow label 0x5"),
    ("5: l3mdev", ask("192.0.2.1"), "only for interfaces of an L3 domain (VRF)"),
    ("5: not from 10.0.0.0/8 lookup 100", ask("192.0.2.1", "10.0.0.1"), "it is for what does not match, and this does"),
    ("5: not lookup 100", ask("192.0.2.1"), "it is for what does not match, and this does"),
    (
        "5: from 10.0.0.0/8 dport 80 lookup 100",
        ask("192.0.2.1", "10.0.0.1"),
        "only for destination port 80, the packet has none",
    ),
]


@pytest.mark.parametrize(("text", "question"), MATCHING, ids=lambda value: value if isinstance(value, str) else "")
def test_a_rule_concerns_what_all_its_selectors_match(text: str, question: Question) -> None:
    assert mismatch(rule(text), question) is None


@pytest.mark.parametrize(
    ("text", "question", "why"), MISSING, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_a_rule_does_not_concern_is_told_why(text: str, question: Question, why: str) -> None:
    assert mismatch(rule(text), question) == why


def test_selectors_are_named_in_the_words_of_ip() -> None:
    everything = "7: from 10.0.0.0/8 to 192.0.2.0/24 tos 0x10 fwmark 0x1/0xff iif eth0 oif eth1 uidrange 0-9 dport 80"
    assert selectors(rule(f"{everything} lookup 100")) == [
        "from 10.0.0.0/8",
        "to 192.0.2.0/24",
        "tos 0x10",
        "fwmark 0x1/0xff",
        "iif eth0",
        "oif eth1",
        "uidrange 0-9",
        "dport 80",
    ]


def test_a_whole_mask_is_not_named() -> None:
    assert selectors(rule("7: fwmark 0x1 lookup 100")) == ["fwmark 0x1"]


def test_a_rule_for_everybody_has_no_selectors() -> None:
    assert selectors(rule("32766: lookup main")) == []
