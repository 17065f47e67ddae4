"""The words for the numbers of links and addresses: those of ip(8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.ifaces.names import (
    IPV4_LINK_TYPES,
    IPV6_LINK_TYPES,
    LINK_TYPES,
    OPERSTATES,
    address_flags,
    link_flags,
    link_type,
    operstate,
)

UP, BROADCAST, LOOPBACK, RUNNING, MULTICAST, LOWER_UP = 0x1, 0x2, 0x8, 0x40, 0x1000, 0x10000  # IFF_*
PERMANENT = 0x80  # IFA_F_PERMANENT


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (0, ()),
        (LOOPBACK | UP | RUNNING | LOWER_UP, ("LOOPBACK", "UP", "LOWER_UP")),
        (BROADCAST | MULTICAST, ("BROADCAST", "MULTICAST")),
        (BROADCAST | MULTICAST | UP | RUNNING | LOWER_UP, ("BROADCAST", "MULTICAST", "UP", "LOWER_UP")),
        (0x10 | 0x80 | 0x200 | 0x100, ("POINTOPOINT", "NOARP", "ALLMULTI", "PROMISC")),
        (0x400 | 0x800 | 0x4 | 0x8000, ("MASTER", "SLAVE", "DEBUG", "DYNAMIC")),
        (0x4000 | 0x2000 | 0x20, ("AUTOMEDIA", "PORTSEL", "NOTRAILERS")),
        (0x20000 | 0x40000, ("DORMANT", "ECHO")),
    ],
)
def test_the_flags_of_a_link_are_words_in_the_order_of_ip(flags: int, words: tuple[str, ...]) -> None:
    assert link_flags(flags) == words


def test_a_link_that_is_up_without_a_carrier_says_so_first() -> None:
    assert link_flags(BROADCAST | UP) == ("NO-CARRIER", "BROADCAST", "UP")
    assert link_flags(BROADCAST) == ("BROADCAST",)


@given(st.integers(0, 0xFFFFFFFF))
def test_no_flag_of_a_link_is_lost(flags: int) -> None:
    """Each bit is a word, or stands in the number at the end; running is told by the carrier alone."""
    words = link_flags(flags)
    numbers = [int(word, 16) for word in words if word.startswith("0x")]
    assert sum(numbers) == flags & ~0x7FFFF
    assert len(words) - len(numbers) - ("NO-CARRIER" in words) == (flags & 0x7FFFF & ~RUNNING).bit_count()


@pytest.mark.parametrize(
    ("flags", "family", "words"),
    [
        (PERMANENT, "inet", ()),
        (0, "inet", ("dynamic",)),
        (PERMANENT | 0x1, "inet", ("secondary",)),
        (0x1, "inet6", ("temporary", "dynamic")),
        (PERMANENT | 0x2 | 0x200, "inet6", ("nodad", "noprefixroute")),
        (PERMANENT | 0x4 | 0x8 | 0x10, "inet6", ("optimistic", "dadfailed", "home")),
        (PERMANENT | 0x20 | 0x40, "inet6", ("deprecated", "tentative")),
        (PERMANENT | 0x100 | 0x400 | 0x800, "inet6", ("mngtmpaddr", "autojoin", "stable-privacy")),
        (PERMANENT | 0x1000, "inet", ("0x1000",)),
        (0x80000000, "inet", ("dynamic", "0x80000000")),
    ],
)
def test_the_flags_of_an_address_are_words(flags: int, family: str, words: tuple[str, ...]) -> None:
    assert address_flags(flags, family) == words


@given(st.integers(0, 0xFFFFFFFF), st.sampled_from(["inet", "inet6"]))
def test_no_flag_of_an_address_is_lost(flags: int, family: str) -> None:
    words = address_flags(flags, family)
    numbers = [int(word, 16) for word in words if word.startswith("0x")]
    assert sum(numbers) == flags & ~0xFFF
    assert len(words) - len(numbers) - ("dynamic" in words) == (flags & 0xFFF & ~PERMANENT).bit_count()
    assert ("dynamic" in words) == (not flags & PERMANENT)


def test_the_state_of_an_interface_is_that_of_rfc_2863() -> None:
    assert [operstate(number) for number in range(7)] == list(OPERSTATES)
    assert (operstate(0), operstate(6), operstate(7)) == ("UNKNOWN", "UP", "7")


@pytest.mark.parametrize(
    ("number", "name"),
    [(1, "ether"), (772, "loopback"), (768, "ipip"), (776, "sit"), (778, "gre"), (65534, "none"), (4242, "[4242]")],
)
def test_a_link_type_has_its_name_or_its_number(number: int, name: str) -> None:
    assert link_type(number) == name


def test_link_types_have_names_of_their_own() -> None:
    assert len(set(LINK_TYPES.values())) == len(LINK_TYPES)
    assert LINK_TYPES.keys() >= IPV4_LINK_TYPES | IPV6_LINK_TYPES
