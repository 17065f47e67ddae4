"""Settings of the kernel, read from those of this machine; none is written."""

import sys

import pytest

from nettools.net.sysctl import read_sysctl

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="needed for this: Linux, whose /proc/sys it is")


@only_linux
def test_a_setting_that_is_a_number_is_that_number() -> None:
    assert read_sysctl("net/ipv4/ip_forward") in (0, 1)
    assert read_sysctl("net/ipv4/conf/lo/rp_filter") in (0, 1, 2)


@pytest.mark.parametrize(
    "name",
    [
        "kernel/ostype",  # a word
        "net/ipv4/ip_local_port_range",  # two numbers
        "net/ipv4",  # a folder
        "no/such/setting",
        "",
        "net/ipv4/conf/no such interface/rp_filter",
        "../../etc/hostname",
        "net/../kernel/pid_max",
        "net/\0",
        "net/caf\udce9",
        "x" * 5000,
    ],
)
def test_what_is_no_number_to_be_read_is_none(name: str) -> None:
    assert read_sysctl(name) is None
