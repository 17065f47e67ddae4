"""What drivers tell by ethtool's ioctl. The driver is composed here; the kernel is only asked of loopback."""

import ctypes
import fcntl
import socket
import sys
from struct import Struct

import pytest

from nettools.net.ethtool import driver_name, encoded_name, speed_and_duplex

_REQUEST = Struct("@16sP16x")


class Driver:
    """Stands in for ioctl(2): writes its answer where the request points, and remembers the names it was asked for."""

    def __init__(self, *places: tuple[int, bytes]) -> None:
        self.places = places
        self.names: list[bytes] = []

    def __call__(self, descriptor: int, number: int, asked: bytes) -> bytes:
        name, pointer = _REQUEST.unpack(asked)
        self.names.append(name)
        for offset, value in self.places:
            ctypes.memmove(pointer + offset, value, len(value))
        return asked


def test_speed_has_two_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    low, high = (number.to_bytes(2, sys.byteorder) for number in (100_000 & 0xFFFF, 100_000 >> 16))
    monkeypatch.setattr(fcntl, "ioctl", Driver((12, low), (14, b"\1"), (28, high)))
    assert speed_and_duplex(0, "eth0") == (100_000, "full")


def test_a_speed_that_the_driver_does_not_know_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "ioctl", Driver((12, b"\xff\xff"), (14, b"\xff"), (28, b"\xff\xff")))
    assert speed_and_duplex(0, "eth0") == (None, None)


def test_the_driver_says_what_it_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Driver((4, b"veth\0rest"))
    monkeypatch.setattr(fcntl, "ioctl", driver)
    assert driver_name(0, "eth0") == "veth"
    assert driver.names == [b"eth0".ljust(16, b"\0")]
    monkeypatch.setattr(fcntl, "ioctl", Driver())
    assert driver_name(0, "eth0") is None


@pytest.mark.parametrize("name", ["", "a" * 16, "é" * 8, "a\0b", "\ud800"])
def test_a_name_that_no_interface_can_have_is_not_asked_for(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Driver((4, b"other"), (12, b"\1\0"))
    monkeypatch.setattr(fcntl, "ioctl", driver)
    assert encoded_name(name) is None
    assert speed_and_duplex(0, name) == (None, None)
    assert driver_name(0, name) is None
    assert driver.names == []


def test_a_name_of_fifteen_bytes_is_asked_for_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Driver()
    monkeypatch.setattr(fcntl, "ioctl", driver)
    speed_and_duplex(0, "\udcff" + "a" * 14)
    assert driver.names == [b"\xff" + b"a" * 14 + b"\0"]


@pytest.mark.skipif(sys.platform != "linux", reason="needed for this: Linux, whose ioctl it is")
def test_loopback_has_neither_speed_nor_driver() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as asked:
        assert speed_and_duplex(asked.fileno(), "lo") == (None, None)
        assert driver_name(asked.fileno(), "lo") is None
