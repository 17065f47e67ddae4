"""Interfaces through netifaces and psutil on this machine, against what ip(8) says."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from nettools.core.record import to_json
from nettools.errors import LocalFault
from nettools.net.installation import command_adding
from nettools.net.platform import portable
from tests import peers

_numbers = count()
_IN_NAMESPACE = """
import json
from nettools.core.record import to_json
from nettools.net.platform.portable import find_interfaces
print(json.dumps([to_json(one) for one in find_interfaces().interfaces]))
"""


def require_netifaces() -> None:
    if importlib.util.find_spec("netifaces") is None:
        peers.unavailable("needed to read interfaces: netifaces (PyPI netifaces-plus)")


def by_name(interfaces: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["ifname"]: one for one in interfaces}


def do(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.fixture
def namespace() -> Iterator[str]:
    require_netifaces()
    peers.require("ip", root=True, reason="for a network namespace")
    name = f"nettools-portable-{os.getpid()}-{next(_numbers)}"
    added = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if added.returncode != 0:
        peers.unavailable(f"needed for this: a network namespace ({added.stderr.strip()})")
    try:
        yield name
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)


def test_loopback_is_as_ip_says() -> None:
    require_netifaces()
    peers.require("ip", reason="to compare with")
    theirs = by_name(json.loads(do("ip", "-j", "address", "show", "dev", "lo")))["lo"]
    ours = next(one for one in portable.find_interfaces().interfaces if one.ifname == "lo")
    assert (ours.ifindex, ours.kind, ours.address) == (theirs["ifindex"], "loopback", theirs["address"])
    told = {(one["local"], one["prefixlen"], one["scope"]) for one in theirs["addr_info"]}
    assert {(str(one.local), one.prefixlen, one.scope) for one in ours.addr_info if one.scope == "host"} == {
        one for one in told if one[2] == "host"
    }


def test_a_veth_is_as_ip_says_where_anything_is_told(namespace: str) -> None:
    def ip(*words: str) -> str:
        return do("ip", "-n", namespace, *words)

    ip("link", "add", "portable0", "type", "veth", "peer", "name", "portable1")
    for name in ("lo", "portable0", "portable1"):
        ip("link", "set", name, "up")
    ip("link", "set", "portable0", "mtu", "1400")
    ip("address", "add", "192.0.2.5/24", "broadcast", "+", "dev", "portable0")
    ip("address", "add", "192.0.2.6/24", "dev", "portable0")
    ip("address", "add", "198.51.100.7/24", "label", "portable0:web", "dev", "portable0")
    ip("address", "add", "203.0.113.1", "peer", "203.0.113.2", "dev", "portable0")
    ip("address", "add", "2001:db8::5/64", "nodad", "dev", "portable0")
    ip("address", "add", "2001:db8::7", "peer", "2001:db8::8", "nodad", "dev", "portable0")
    theirs = by_name(json.loads(ip("-j", "address")))
    ours = by_name(json.loads(do("ip", "netns", "exec", namespace, sys.executable, "-c", _IN_NAMESPACE)))
    assert set(ours) == set(theirs)
    for name, their in theirs.items():
        our = ours[name]
        assert (our["ifindex"], our["address"]) == (their["ifindex"], their["address"])
        told = {
            one["local"]: (one["prefixlen"], one.get("address"), one.get("broadcast")) for one in their["addr_info"]
        }
        assert {one["local"]: (one["prefixlen"], one["peer"], one["broadcast"]) for one in our["addr_info"]} == told
        scopes = {one["local"]: one["scope"] for one in their["addr_info"]}
        assert all(scopes[one["local"]] == one["scope"] for one in our["addr_info"] if one["scope"] is not None)
        if importlib.util.find_spec("psutil") is not None:
            assert (our["mtu"], our["admin_up"]) == (their["mtu"], "UP" in their["flags"])
            assert set(our["flags"]) & {"BROADCAST", "MULTICAST", "LOOPBACK", "UP"} <= set(their["flags"])
    labels = {one["local"]: one["label"] for one in ours["portable0"]["addr_info"]}
    assert labels["198.51.100.7"] == "portable0:web"


def test_without_psutil_a_warning_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    require_netifaces()
    monkeypatch.setitem(sys.modules, "psutil", None)
    found = portable.find_interfaces()
    (warning,) = found.warnings
    assert (warning.kind, warning.hint) == ("missing-extra", command_adding("stats"))
    assert all(one.stats is None and one.mtu is None for one in found.interfaces)


def test_without_netifaces_it_is_a_local_fault_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "netifaces", None)
    with pytest.raises(LocalFault) as caught:
        portable.find_interfaces()
    assert caught.value.hint == "pip install netifaces-plus"


class BrokenNetifaces:
    AF_LINK, AF_INET, AF_INET6 = 17, 2, 10

    def interfaces(self) -> list[str]:
        raise PermissionError(1, "not permitted")


class OneThatGoes:
    AF_LINK, AF_INET, AF_INET6 = 17, 2, 10

    def interfaces(self) -> list[str]:
        return ["lo", "gone0"]

    def ifaddresses(self, name: str) -> dict[int, list[dict[str, str]]]:
        if name == "gone0":
            raise ValueError("You must specify a valid interface name.")
        return {2: [{"addr": "127.0.0.1", "netmask": "255.0.0.0"}]}


def test_what_the_system_refuses_is_a_local_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "netifaces", BrokenNetifaces())
    with pytest.raises(LocalFault, match="not permitted"):
        portable.find_interfaces()


def test_an_interface_that_goes_away_in_between_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "netifaces", OneThatGoes())
    assert [one.ifname for one in portable.find_interfaces().interfaces] == ["lo"]
    assert to_json(portable.find_interfaces().interfaces[0].kind) == "loopback"
