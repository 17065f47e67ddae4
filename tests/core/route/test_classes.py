"""Destinations of one class are in the same of all prefixes."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.prefix import Prefix, prefix_of
from nettools.core.route.classes import DestinationClasses, is_no_host

prefixes = st.lists(
    st.builds(lambda number, length: prefix_of(4, number, length), st.integers(0, 2**32 - 1), st.integers(0, 32)),
    max_size=12,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.0.0.0", True),
        ("223.255.255.255", False),
        ("224.0.0.0", True),
        ("239.255.255.255", True),
        ("240.0.0.1", False),
        ("255.255.255.255", True),
        ("::", True),
        ("::1", False),
        ("ff02::1", True),
        ("fe80::1", False),
    ],
)
def test_addresses_that_are_no_host(text: str, expected: bool) -> None:
    address = ip_address(text)
    assert is_no_host(address.version, int(address)) == expected


def test_the_longest_prefix_names_the_class() -> None:
    classes = DestinationClasses([prefix_of(4, 0x0A000000, 8), prefix_of(4, 0x0A010000, 16), prefix_of(4, 0, 0)], 32)
    assert classes.class_of(0x0A010203) == classes.class_of(0x0A01FFFF)
    assert len({classes.class_of(one) for one in (0x0A010203, 0x0A020304, 0x0B000001)}) == 3


@given(prefixes, st.data())
def test_one_class_one_set_of_prefixes(known: list[Prefix], data: st.DataObject) -> None:
    near = st.sampled_from([prefix.network for prefix in known]) if known else st.integers(0, 2**32 - 1)
    some = st.one_of(st.integers(0, 2**32 - 1), near, near.map(lambda number: number ^ 1))
    first, second = data.draw(some), data.draw(some)
    classes = DestinationClasses(known, 32)

    def holding(address: int) -> set[object]:
        return {prefix for prefix in known if prefix.network <= address <= prefix.last_number}

    if classes.class_of(first) == classes.class_of(second):
        assert holding(first) == holding(second)
