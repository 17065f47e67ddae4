"""Routes as rows of CSV and plain: one for each next hop; an explanation as one."""

from dataclasses import replace
from ipaddress import ip_address

from nettools.core.record import columns, flat_cells, flat_header
from nettools.core.route.explanation import Explanation, Hop, KernelVerdict
from nettools.core.route.rows import ExplanationRow, HopRow, explanation_row, hop_rows
from tests.core.route.machines import prefix, route

WAY = route("10.0.0.0/8 via 192.0.2.1 dev eth0 metric 50 src 192.0.2.5 onlink")
WAYS = route("default nexthop via 192.0.2.1 dev eth0 weight 3 dead linkdown nexthop dev wg0")
EXPLANATION = Explanation(
    input="example.net",
    destination="10.1.2.3",
    verdict="forward",
    summary="table main",
    route=WAY,
    source=ip_address("192.0.2.5"),
    nexthop=Hop(gateway=ip_address("192.0.2.1"), dev="eth0"),
    steps=(),
    kernel=KernelVerdict(agrees=True, dev="eth0", gateway=None, source=None, error=None),
    warnings=(),
)


def test_a_route_with_one_way_is_one_row() -> None:
    [row] = hop_rows([WAY])
    assert (row.dst, row.gateway, row.dev) == (prefix("10.0.0.0/8"), ip_address("192.0.2.1"), "eth0")
    assert (row.weight, row.metric, row.prefsrc, row.flags) == (None, 50, ip_address("192.0.2.5"), ("onlink",))


def test_each_way_of_a_multipath_route_is_a_row_with_its_own_flags() -> None:
    rows = list(hop_rows([replace(WAYS, flags=("onlink",))]))
    assert [(str(row.gateway), row.dev, row.weight, row.flags) for row in rows] == [
        ("192.0.2.1", "eth0", 3, ("onlink", "dead", "linkdown")),
        ("None", "wg0", 1, ("onlink",)),
    ]
    assert {row.dst for row in rows} == {prefix("0.0.0.0/0")}


def test_a_route_that_refuses_has_a_row_without_a_way() -> None:
    [row] = hop_rows([route("blackhole 10.9.0.0/16")])
    assert (row.type, row.gateway, row.dev) == ("blackhole", None, None)


def test_no_routes_are_no_rows() -> None:
    assert list(hop_rows([])) == []


def test_rows_have_as_many_cells_as_their_head() -> None:
    for row in hop_rows([WAY, WAYS, route("throw 2001:db8::/32 from 2001:db8:1::/48")]):
        assert len(flat_cells(row)) == len(flat_header(HopRow))
    assert "from" in flat_header(HopRow)
    assert len(flat_cells(explanation_row(EXPLANATION))) == len(flat_header(ExplanationRow))


def test_an_explanation_is_one_row_with_its_way_its_route_and_what_the_kernel_says() -> None:
    cells = dict(zip(flat_header(ExplanationRow), flat_cells(explanation_row(EXPLANATION)), strict=True))
    assert cells == {
        "destination": "10.1.2.3",
        "verdict": "forward",
        "gateway": "192.0.2.1",
        "dev": "eth0",
        "source": "192.0.2.5",
        "table": "main",
        "route": "10.0.0.0/8",
        "metric": 50,
        "kernel_agrees": True,
        "summary": "table main",
    }


def test_what_an_explanation_does_not_have_is_empty_in_its_row() -> None:
    row = explanation_row(replace(EXPLANATION, route=None, source=None, nexthop=None, kernel=None, verdict="no-route"))
    empty = {one.name for one in columns(ExplanationRow) if getattr(row, one.name) is None}
    assert empty == {"gateway", "dev", "source", "table", "route", "metric", "kernel_agrees"}
