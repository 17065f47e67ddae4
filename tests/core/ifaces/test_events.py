"""What is other than before, in words."""

from dataclasses import replace

import pytest

from nettools.core.ifaces.events import address_changes, interface_changes
from tests.core.ifaces.machines import counters, interface
from tests.core.route.machines import interface_address

ETH = interface("eth0", flags=("UP",), address="02:00:00:00:00:01", group="default")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("ifname", "wan0", "ifname eth0 → wan0"),
        ("admin_up", False, "admin_up yes → no"),
        ("operstate", "DOWN", "operstate UP → DOWN"),
        ("mtu", 1400, "mtu 1500 → 1400"),
        ("address", None, "address 02:00:00:00:00:01 → -"),
        ("master", "br0", "master - → br0"),
        ("alias", "to the office", "alias - → to the office"),
        ("altnames", ("a", "b"), "altnames - → a,b"),
        ("flags", ("UP", "PROMISC"), "flags UP → UP,PROMISC"),
        ("group", "7", "group default → 7"),
        ("txqlen", 1000, "txqlen - → 1000"),
    ],
)
def test_a_change_is_a_phrase_with_before_and_after(field: str, value: object, words: str) -> None:
    assert interface_changes(ETH, replace(ETH, **{field: value})) == (words,)  # type: ignore[arg-type]


def test_several_changes_are_several_phrases() -> None:
    assert interface_changes(ETH, replace(ETH, mtu=9000, operstate="DOWN")) == (
        "operstate UP → DOWN",
        "mtu 1500 → 9000",
    )


def test_counters_and_addresses_are_no_change_of_an_interface() -> None:
    other = replace(ETH, stats=counters((1, 1, 0, 0)), addr_info=(interface_address("192.0.2.1/24"),))
    assert interface_changes(ETH, other) == ()
    assert interface_changes(ETH, ETH) == ()


def test_an_address_that_ages_or_is_deprecated_has_changed() -> None:
    before = interface_address("2001:db8::1/64")
    after = replace(before, flags=("deprecated",), preferred_life_time=0)
    assert address_changes(before, after) == ("flags - → deprecated", "preferred_life_time - → 0")
    assert address_changes(before, before) == ()
