"""Interfaces as rows: one for each address, each with all that is known of the interface."""

from ipaddress import ip_address

from nettools.core.ifaces.report import Interface, InterfaceAddress
from nettools.core.ifaces.rows import AddressRow, address_rows
from nettools.core.record import columns, flat_cells, flat_header
from tests.core.ifaces.machines import counters, gateways, interface

ETH = interface(
    "eth0",
    "192.0.2.5/24 secondary",
    "2001:db8::5/64 deprecated",
    default=gateways("192.0.2.1"),
    stats=counters((1 << 60, 2, 3, 4)),
    flags=("UP", "LOWER_UP"),
)


def test_there_is_a_row_for_each_address_and_one_for_an_interface_without() -> None:
    rows = list(address_rows([ETH, interface("bare0")]))
    assert [(row.ifname, str(row.local)) for row in rows] == [
        ("eth0", "192.0.2.5"),
        ("eth0", "2001:db8::5"),
        ("bare0", "None"),
    ]


def test_a_row_tells_the_address_and_its_interface() -> None:
    row = next(address_rows([ETH]))
    assert (row.family, row.local, row.prefixlen) == ("inet", ip_address("192.0.2.5"), 24)
    assert (row.address_flags, row.flags, row.mtu) == (("secondary",), ("UP", "LOWER_UP"), 1500)
    assert (row.default.inet, row.stats) == ("192.0.2.1", ETH.stats)


def test_an_interface_without_addresses_has_nothing_in_the_columns_of_an_address() -> None:
    row = next(address_rows([interface("bare0")]))
    assert (row.family, row.local, row.prefixlen, row.peer, row.address_flags) == (None, None, None, None, ())


def test_every_field_of_an_address_stands_in_a_row() -> None:
    fields = {one.name for one in columns(AddressRow)}
    assert {one.name for one in columns(InterfaceAddress)} - {"flags"} <= fields
    assert fields - {"address_flags"} <= {
        one.name for record in (Interface, InterfaceAddress) for one in columns(record)
    }


def test_a_row_has_as_many_cells_as_its_head() -> None:
    for one in (ETH, interface("bare0", stats=None)):
        for row in address_rows([one]):
            assert len(flat_cells(row)) == len(flat_header(AddressRow))


def test_counters_and_gateways_have_columns_of_their_own() -> None:
    cells = dict(zip(flat_header(AddressRow), flat_cells(next(address_rows([ETH]))), strict=True))
    assert (cells["default.inet"], cells["default.inet6"]) == ("192.0.2.1", None)
    assert (cells["stats.rx.bytes"], cells["stats.tx.dropped"]) == (1 << 60, 0)
