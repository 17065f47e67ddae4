"""``route -n get`` of four systems: the answer, or why there is none."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import Address
from nettools.core.route.question import SystemAnswer
from nettools.core.route.route_get import parse_route_get
from tests.core.route.fixtures import fixture


def told(*, type: str, dst: str, dev: str, gateway: Address | None = None) -> SystemAnswer:
    """An answer of a system that does not tell the source."""
    return SystemAnswer(type=type, table="main", dst=dst, dev=dev, gateway=gateway, tells_source=False)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        (
            "darwin/route-get-default.txt",
            told(type="unicast", dst="0.0.0.0/0", dev="en0", gateway=IPv4Address("192.0.2.1")),
        ),
        ("darwin/route-get-own.txt", told(type="local", dst="192.0.2.5/32", dev="lo0")),
        (
            "darwin/route-get-inet6.txt",
            told(type="unicast", dst="2001:db8:0:2::/64", dev="en0", gateway=IPv6Address("fe80::1%en0")),
        ),
        ("darwin/route-get-missing.txt", SystemAnswer(error="ENETUNREACH")),
        (
            "freebsd/route-get-default.txt",
            told(type="unicast", dst="0.0.0.0/0", dev="em0", gateway=IPv4Address("192.0.2.1")),
        ),
        (
            "freebsd/route-get-blackhole.txt",
            told(type="blackhole", dst="203.0.113.0/24", dev="lo0"),
        ),
        ("freebsd/route-get-missing.txt", SystemAnswer(error="ENETUNREACH")),
        (
            "openbsd/route-get.txt",
            SystemAnswer(
                type="unicast",
                table="main",
                dst="0.0.0.0/0",
                dev="em0",
                gateway=IPv4Address("192.0.2.1"),
                source=IPv4Address("192.0.2.5"),
            ),
        ),
        (
            "openbsd/route-get-reject.txt",
            SystemAnswer(
                type="unreachable",
                table="main",
                dst="127.0.0.0/8",
                dev="lo0",
                source=IPv4Address("127.0.0.1"),
            ),
        ),
        (
            "netbsd/route-get.txt",
            SystemAnswer(type="unicast", table="main", dst="192.0.2.0/24", dev="wm0", source=IPv4Address("192.0.2.5")),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_answer(name: str, answer: SystemAnswer) -> None:
    # The first line says where the text comes from; the tools print no such line.
    assert parse_route_get(fixture(name).partition("\n")[2]) == answer


@pytest.mark.parametrize(
    ("destination", "flags", "kind"),
    [
        ("224.0.0.251", "<UP,HOST,DONE>", "multicast"),
        ("255.255.255.255", "<UP,HOST,DONE>", "broadcast"),
        ("192.0.2.255", "<UP,HOST,DONE,BROADCAST>", "broadcast"),
        ("192.0.2.9", "<UP,HOST,DONE,REJECT>", "unreachable"),
        ("192.0.2.9", "<UP,HOST,DONE,REJECT,BLACKHOLE>", "blackhole"),
        ("192.0.2.9", "<UP,HOST,DONE>", "unicast"),
    ],
)
def test_the_type_is_in_the_flags_and_the_address(destination: str, flags: str, kind: str) -> None:
    text = f"   route to: {destination}\ndestination: {destination}\n  interface: em0\n      flags: {flags}\n"
    assert parse_route_get(text).type == kind


def test_a_mask_with_holes_leaves_the_destination_as_it_was_said() -> None:
    text = "destination: 192.0.2.0\n       mask: 255.0.255.0\n  interface: em0\n      flags: <UP,DONE>\n"
    assert parse_route_get(text).dst == "192.0.2.0"


def test_a_destination_that_cannot_be_read_stays_as_it_was_said() -> None:
    assert parse_route_get("destination: odd\\one\ninterface: em0\nflags: <UP,DONE>\n").dst == "odd\\one"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("route: bad address: nowhere", "bad address: nowhere"),
        ("   route to: 192.0.2.9\nroute: message indicates error 3: No such process", "ENETUNREACH"),
        ("   route to: 192.0.2.9\n", "no answer"),
        ("", "no answer"),
        ("route: \x1b[31m C:\\nowhere", "\x1b[31m C:\\nowhere"),  # raw: escaping is for what is drawn
        (f"route: {'x' * 999}", "x" * 193),
    ],
)
def test_what_is_no_answer_is_an_error_in_the_tools_words(text: str, error: str) -> None:
    assert parse_route_get(text) == SystemAnswer(error=error)


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    parse_route_get(text)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_no_values_break_the_parser(destination: str, mask: str, gateway: str, flags: str) -> None:
    parse_route_get(f"destination: {destination}\nmask: {mask}\ngateway: {gateway}\nflags: <GATEWAY,{flags}>\n")
