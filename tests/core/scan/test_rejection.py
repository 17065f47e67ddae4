"""Who said that a datagram did not arrive decides what that means."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.scan.faults import LOCAL_FAULTS
from nettools.core.scan.reason import IPPROTO_ICMP, IPPROTO_ICMPV6, UNREACHABLE_PORT, Verdict, verdict
from nettools.core.scan.rejection import is_undelivered, judge

TARGET4, ROUTER4, OWN4 = map(ip_address, ("192.0.2.9", "192.0.2.254", "192.0.2.1"))
TARGET6, ROUTER6, OWN6 = map(ip_address, ("2001:db8::9", "2001:db8::254", "2001:db8::1"))


@pytest.mark.parametrize(
    ("protocol", "kind", "sender", "target", "own", "expected"),
    [
        (IPPROTO_ICMP, (3, 3), TARGET4, TARGET4, None, UNREACHABLE_PORT),
        (IPPROTO_ICMPV6, (1, 4), TARGET6, TARGET6, None, UNREACHABLE_PORT),
        (
            IPPROTO_ICMP,
            (3, 3),
            ROUTER4,
            TARGET4,
            OWN4,
            verdict("filtered", "port-unreach", ROUTER4, is_from_here=False),
        ),
        (
            IPPROTO_ICMPV6,
            (1, 4),
            ROUTER6,
            TARGET6,
            OWN6,
            verdict("filtered", "port-unreach", ROUTER6, is_from_here=False),
        ),
        (
            IPPROTO_ICMP,
            (3, 13),
            TARGET4,
            TARGET4,
            None,
            verdict("filtered", "admin-prohibited", TARGET4, is_from_here=False),
        ),
        (
            IPPROTO_ICMPV6,
            (1, 1),
            ROUTER6,
            TARGET6,
            OWN6,
            verdict("filtered", "admin-prohibited", ROUTER6, is_from_here=False),
        ),
        (
            IPPROTO_ICMP,
            (11, 0),
            ROUTER4,
            TARGET4,
            OWN4,
            verdict("filtered", "icmp-type-11-code-0", ROUTER4, is_from_here=False),
        ),
        (IPPROTO_ICMP, (3, 1), OWN4, TARGET4, OWN4, verdict("filtered", "host-unreach", OWN4, is_from_here=True)),
        (IPPROTO_ICMPV6, (1, 3), OWN6, TARGET6, OWN6, verdict("filtered", "addr-unreach", OWN6, is_from_here=True)),
        (IPPROTO_ICMP, (3, 3), OWN4, TARGET4, OWN4, "firewalled-here"),
        (IPPROTO_ICMP, (3, 0), OWN4, TARGET4, OWN4, "no-route"),
        (IPPROTO_ICMP, (3, 3), OWN4, OWN4, OWN4, UNREACHABLE_PORT),  # scanning oneself
        (IPPROTO_ICMP, (3, 10), OWN4, OWN4, OWN4, verdict("filtered", "host-prohibited", OWN4, is_from_here=False)),
    ],
)
def test_what_an_error_means(
    protocol: int,
    kind: tuple[int, int],
    sender: object,
    target: object,
    own: object,
    expected: Verdict | str,
) -> None:
    assert judge(protocol, *kind, sender=sender, target=target, own=own) == expected  # type: ignore[arg-type]


@given(st.sampled_from([IPPROTO_ICMP, IPPROTO_ICMPV6]), st.integers(0, 255), st.integers(0, 255), st.integers(0, 2))
def test_only_the_target_itself_closes_a_port(protocol: int, kind: int, code: int, who: int) -> None:
    sender = (TARGET4, ROUTER4, OWN4)[who]
    found = judge(protocol, kind, code, sender=sender, target=TARGET4, own=OWN4)
    if isinstance(found, str):
        assert sender is OWN4
        assert found in LOCAL_FAULTS
    elif found.state == "closed":
        assert (sender, kind, code) == (TARGET4, *((3, 3) if protocol == IPPROTO_ICMP else (1, 4)))
    else:
        assert (found.state, found.reason_ip) == ("filtered", sender)


@pytest.mark.parametrize(
    ("protocol", "kind"),
    [
        *((IPPROTO_ICMP, kind) for kind in ((3, 4), (4, 0), (5, 1), (0, 0))),
        *((IPPROTO_ICMPV6, kind) for kind in ((2, 0), (137, 0), (129, 0))),
    ],
)
def test_what_does_not_stop_a_datagram_says_nothing_of_the_port(protocol: int, kind: tuple[int, int]) -> None:
    assert not is_undelivered(protocol, *kind)


@pytest.mark.parametrize(
    ("protocol", "kind"),
    [
        *((IPPROTO_ICMP, (3, code)) for code in range(16) if code != 4),
        *((IPPROTO_ICMP, kind) for kind in ((11, 0), (12, 0))),
        *((IPPROTO_ICMPV6, (1, code)) for code in range(7)),
        *((IPPROTO_ICMPV6, kind) for kind in ((3, 0), (4, 1))),
    ],
)
def test_what_stops_a_datagram_says_so(protocol: int, kind: tuple[int, int]) -> None:
    assert is_undelivered(protocol, *kind)
