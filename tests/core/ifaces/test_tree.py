"""What lies on what: every interface once, under the one that it belongs to."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from nettools.core.ifaces.report import Interface
from nettools.core.ifaces.tree import Node, tree
from tests.core.ifaces.machines import interface, veth


def lines(nodes: Iterable[Node]) -> list[str]:
    """``depth name relation``, two blanks for each level."""
    return [f"{'  ' * node.depth}{node.interface.ifname} {node.relation or ''}".rstrip() for node in nodes]


def drawn(*machine: Interface) -> list[str]:
    return lines(tree(machine, machine))


def test_a_port_stands_under_its_master() -> None:
    assert drawn(interface("eth0", master="br0"), interface("br0"), interface("eth1", master="br0")) == [
        "br0",
        "  eth0 port",
        "  eth1 port",
    ]


def test_a_link_stands_over_what_it_lies_on() -> None:
    assert drawn(interface("eth0"), interface("eth0.7", link="eth0", link_index=2, kind="vlan")) == [
        "eth0",
        "  eth0.7 over",
    ]


def test_a_master_goes_before_the_link_below() -> None:
    vlan = interface("eth0.7", link="eth0", master="br0", kind="vlan")
    assert drawn(interface("eth0"), vlan, interface("br0")) == ["eth0", "br0", "  eth0.7 port"]


def test_levels_go_as_deep_as_they_are() -> None:
    machine = [
        interface("eth0", master="bond0"),
        interface("eth1", master="bond0"),
        interface("bond0", master="br0"),
        interface("br0"),
        interface("br0.9", link="br0", kind="vlan"),
        interface("mac0", link="br0.9", kind="macvlan"),
    ]
    assert drawn(*machine) == ["br0", "  bond0 port", "    eth0 port", "    eth1 port", "  br0.9 over", "    mac0 over"]
    assert [node.is_last for node in tree(machine, machine)] == [
        (),
        (False,),
        (False, False),
        (False, True),
        (True,),
        (True, True),
    ]


def test_the_ends_of_a_pair_stand_side_by_side() -> None:
    assert drawn(veth("a0", link="b0"), veth("b0", link="a0"), interface("n0", link="a0", kind="netkit")) == [
        "a0",
        "b0",
        "n0",
    ]


def test_a_link_below_in_another_namespace_is_no_parent_though_the_name_is_one_of_ours() -> None:
    assert drawn(interface("eth0"), interface("mac0", link="eth0", netnsid=0, kind="macvlan")) == ["eth0", "mac0"]


def test_a_parent_that_is_not_there_leaves_a_root() -> None:
    assert drawn(interface("eth0", master="gone0"), interface("v0", link="gone1", kind="vlan")) == ["eth0", "v0"]


def test_an_interface_on_itself_is_a_root() -> None:
    assert drawn(interface("eth0", link="eth0", kind="gre")) == ["eth0"]


def test_a_ring_is_opened_somewhere() -> None:
    assert drawn(interface("a0", link="b0", kind="gre"), interface("b0", link="a0", kind="gre")) == [
        "a0",
        "  b0 over",
    ]


def test_of_a_part_of_the_machine_what_stands_below_is_shown_too() -> None:
    machine = [
        interface("br0"),
        interface("eth0", master="br0"),
        interface("eth0.7", link="eth0", kind="vlan"),
        interface("eth1"),
    ]
    assert lines(tree(machine[1:2], machine)) == ["eth0", "  eth0.7 over"]
    assert lines(tree([machine[0], machine[1]], machine)) == ["br0", "  eth0 port", "    eth0.7 over"]
    assert lines(tree([], machine)) == []


@st.composite
def machines(draw: st.DrawFn) -> list[Interface]:
    """Anything may name anything, itself and what is not there as well."""
    names = [f"i{number}" for number in range(draw(st.integers(0, 8)))]
    others = st.none() | st.sampled_from([*names, "gone0"])
    return [
        interface(
            name,
            master=draw(others),
            link=draw(others),
            kind=draw(st.sampled_from(["veth", "vlan", "bridge"])),
            netnsid=draw(st.sampled_from([None, None, 0])),
        )
        for name in names
    ]


def below(name: str, machine: list[Interface]) -> set[str]:
    """The interfaces that lie on this one, directly or not, and itself."""
    found = {name}
    while True:
        more = {one.ifname for one in machine if parent(one, machine) in found} - found
        if not more:
            return found
        found |= more


def parent(one: Interface, machine: list[Interface]) -> str | None:
    names = {other.ifname for other in machine} - {one.ifname}
    if one.master is not None:
        return one.master if one.master in names else None
    is_over = one.link is not None and one.netnsid is None and one.kind != "veth"
    return one.link if is_over and one.link in names else None


def is_above_a_ring(one: Interface, machine: list[Interface]) -> bool:
    """Whether one comes to no end on the way down: then there is no root to stand under."""
    by_name = {other.ifname: other for other in machine}
    for _ in machine:
        down = parent(one, machine)
        if down is None:
            return False
        one = by_name[down]
    return True


@given(machines())
def test_every_interface_stands_in_the_tree_exactly_once(machine: list[Interface]) -> None:
    names = [node.interface.ifname for node in tree(machine, machine)]
    assert sorted(names) == sorted(one.ifname for one in machine)


@given(machines())
def test_every_branch_ends_at_what_the_interface_belongs_to(machine: list[Interface]) -> None:
    above: list[str] = []
    for node in tree(machine, machine):
        assert node.depth == len(node.is_last)
        assert node.depth <= len(above)
        above = above[: node.depth]
        if node.depth:
            assert parent(node.interface, machine) == above[-1]
            assert node.relation == ("port" if node.interface.master else "over")
        else:
            assert node.relation is None
            assert parent(node.interface, machine) is None or is_above_a_ring(node.interface, machine)
        above.append(node.interface.ifname)


@given(machines(), st.data())
def test_of_a_part_of_the_machine_nothing_is_missing_and_nothing_doubled(
    machine: list[Interface], data: st.DataObject
) -> None:
    shown = [one for one in machine if data.draw(st.booleans())]
    names = [node.interface.ifname for node in tree(shown, machine)]
    assert len(names) == len(set(names))
    assert set(names) == {name for one in shown for name in below(one.ifname, machine)}


@given(machines(), st.data())
def test_a_branch_is_said_to_be_the_last_where_none_follows(machine: list[Interface], data: st.DataObject) -> None:
    shown = [one for one in machine if data.draw(st.booleans())]
    nodes = list(tree(shown, machine))
    for place, node in enumerate(nodes):
        for level in range(1, node.depth + 1):
            after = next((other.depth for other in nodes[place + 1 :] if other.depth <= level), 0)
            assert node.is_last[level - 1] == (after < level)
