"""What an ICMP error says of a port, by the registries of the RFCs."""

from ipaddress import IPv4Address, IPv6Address

import pytest

from nettools.core.scan.reason import (
    CLOSED,
    IPPROTO_ICMP,
    IPPROTO_ICMPV6,
    OPEN,
    SILENT,
    icmp_verdict,
    verdict,
)

ROUTER4 = IPv4Address("192.0.2.254")
ROUTER6 = IPv6Address("2001:db8::254")

# RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1
CODES4 = [
    (0, "net-unreach"),
    (1, "host-unreach"),
    (2, "proto-unreach"),
    (3, "port-unreach"),
    (4, "frag-needed"),
    (5, "source-route-failed"),
    (6, "net-unknown"),
    (7, "host-unknown"),
    (8, "host-isolated"),
    (9, "net-prohibited"),
    (10, "host-prohibited"),
    (11, "net-tos-unreach"),
    (12, "host-tos-unreach"),
    (13, "admin-prohibited"),
    (14, "precedence-violation"),
    (15, "precedence-cutoff"),
]
# RFC 4443 §3.1
CODES6 = [
    (0, "no-route"),
    (1, "admin-prohibited"),
    (2, "beyond-scope"),
    (3, "addr-unreach"),
    (4, "port-unreach"),
    (5, "policy-fail"),
    (6, "reject-route"),
]


@pytest.mark.parametrize(("code", "reason"), CODES4)
def test_each_code_of_icmp_has_its_reason(code: int, reason: str) -> None:
    found = icmp_verdict(IPPROTO_ICMP, 3, code, ROUTER4)
    assert (found.state, found.reason, found.reason_ip) == ("filtered", reason, ROUTER4)


@pytest.mark.parametrize(("code", "reason"), CODES6)
def test_each_code_of_icmpv6_has_its_reason(code: int, reason: str) -> None:
    found = icmp_verdict(IPPROTO_ICMPV6, 1, code, ROUTER6)
    assert (found.state, found.reason, found.reason_ip) == ("filtered", reason, ROUTER6)


def test_port_unreachable_is_filtered_although_the_socket_says_refused() -> None:
    assert icmp_verdict(IPPROTO_ICMP, 3, 3, ROUTER4).state == "filtered"
    assert icmp_verdict(IPPROTO_ICMPV6, 1, 4, ROUTER6).state == "filtered"


@pytest.mark.parametrize(
    ("protocol", "icmp_type", "code", "reason"),
    [
        (IPPROTO_ICMP, 3, 16, "icmp-type-3-code-16"),
        (IPPROTO_ICMP, 11, 0, "icmp-type-11-code-0"),  # time exceeded: a routing loop
        (IPPROTO_ICMP, 1, 3, "icmp-type-1-code-3"),  # 1 means unreachable in ICMPv6 only
        (IPPROTO_ICMPV6, 1, 7, "icmp6-type-1-code-7"),
        (IPPROTO_ICMPV6, 3, 0, "icmp6-type-3-code-0"),  # 3 means time exceeded there
    ],
)
def test_an_error_without_a_name_is_told_by_its_numbers(protocol: int, icmp_type: int, code: int, reason: str) -> None:
    found = icmp_verdict(protocol, icmp_type, code, ROUTER4)
    assert (found.state, found.reason) == ("filtered", reason)


def test_equal_verdicts_are_the_same_object() -> None:
    assert verdict("open", "syn-ack") is OPEN
    assert icmp_verdict(IPPROTO_ICMP, 3, 1, ROUTER4) is icmp_verdict(IPPROTO_ICMP, 3, 1, IPv4Address(int(ROUTER4)))


def test_verdicts_that_differ_in_one_value_are_different() -> None:
    verdicts = {
        OPEN,
        CLOSED,
        SILENT,
        icmp_verdict(IPPROTO_ICMP, 3, 1, ROUTER4),
        icmp_verdict(IPPROTO_ICMP, 3, 1, ROUTER4, is_from_here=True),
        icmp_verdict(IPPROTO_ICMP, 3, 1, IPv4Address("192.0.2.253")),
        icmp_verdict(IPPROTO_ICMP, 3, 10, ROUTER4),
    }
    assert len(verdicts) == 7


def test_only_an_error_says_who_sent_it() -> None:
    assert [one.reason_ip for one in (OPEN, CLOSED, SILENT)] == [None, None, None]
    assert not any(one.is_from_here for one in (OPEN, CLOSED, SILENT, icmp_verdict(IPPROTO_ICMP, 3, 1, ROUTER4)))


def test_equal_verdicts_are_one_object_however_their_values_are_given() -> None:
    assert verdict("open", "syn-ack", None, is_from_here=False) is verdict("open", reason="syn-ack") is OPEN
