"""The system's files for names: missing, unreadable, huge, and none that is a file at all."""

import errno
import os
import socket
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from nettools.net.system_dns import find_in_hosts, read_nsswitch, read_resolv_conf

LOCAL = (IPv4Address("127.0.0.1"),)


def test_the_settings_of_this_machine_can_be_read() -> None:
    conf = read_resolv_conf()
    assert 1 <= len(conf.name_servers) <= 3
    assert read_nsswitch()


def test_the_file_and_the_environment_count(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    path.write_text("nameserver 192.0.2.53\nsearch a.test\n")
    conf = read_resolv_conf(str(path), {})
    assert (conf.name_servers, conf.search, conf.notes) == ((IPv4Address("192.0.2.53"),), ("a.test",), ())
    conf = read_resolv_conf(str(path), {"LOCALDOMAIN": "b.test", "RES_OPTIONS": "ndots:3"})
    assert (conf.search, conf.ndots) == (("b.test",), 3)


def test_a_missing_file_is_as_an_empty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "host.sub.test")
    conf = read_resolv_conf(str(tmp_path / "none"), {})
    assert (conf.name_servers, conf.search, conf.notes) == (LOCAL, ("sub.test",), ())


def test_a_file_of_mode_000_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal is a fake: root, as which tests run, reads every file."""
    path = tmp_path / "resolv.conf"

    def refuse(*arguments: object) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "open", refuse)
    conf = read_resolv_conf(str(path), {})
    assert conf.name_servers == LOCAL
    assert conf.notes == (f"{path} cannot be read: Permission denied",)


@pytest.mark.parametrize("kind", ["directory", "loop", "below-file"])
def test_what_cannot_be_read_is_noted_and_no_crash(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "resolv.conf"
    if kind == "directory":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path)
    else:
        path.write_text("")
        path = path / "x"
    conf = read_resolv_conf(str(path), {})
    assert conf.name_servers == LOCAL
    assert len(conf.notes) == 1
    assert "cannot be read" in conf.notes[0]
    assert find_in_hosts("a.test", str(path)) == ()
    assert [one.name for one in read_nsswitch(str(path))] == ["files", "dns"]


def test_a_fifo_that_nobody_writes_does_not_hold_us(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    os.mkfifo(path)
    assert read_resolv_conf(str(path), {}).name_servers == LOCAL
    writer = os.open(path, os.O_RDWR)
    try:
        assert read_resolv_conf(str(path), {}).name_servers == LOCAL
    finally:
        os.close(writer)


def test_a_megabyte_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    path.write_text("# a comment\n" * 90_000 + "nameserver 192.0.2.53\n")
    conf = read_resolv_conf(str(path), {})
    assert (conf.name_servers, conf.notes) == ((IPv4Address("192.0.2.53"),), ())


def test_more_than_four_megabytes_are_cut_at_a_line(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    path.write_text("nameserver 192.0.2.53\n" + "search a.test\n" * 400_000)
    conf = read_resolv_conf(str(path), {})
    assert conf.name_servers == (IPv4Address("192.0.2.53"),)
    assert conf.search == ("a.test",)
    assert conf.notes[0] == f"only the first 4 MiB of {path} count here"


def test_an_endless_device_ends() -> None:
    conf = read_resolv_conf("/dev/zero", {})
    assert conf.name_servers == LOCAL
    assert conf.notes[0] == "only the first 4 MiB of /dev/zero count here"


def test_the_zone_of_no_interface_is_dropped_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    loopback = socket.if_indextoname(1)
    path.write_text(f"nameserver fe80::1%nosuchthing\nnameserver fe80::2%{loopback}\nnameserver fe80::3%77\n")
    conf = read_resolv_conf(str(path), {})
    assert conf.name_servers == (
        IPv6Address("fe80::1"),
        IPv6Address(f"fe80::2%{loopback}"),
        IPv6Address("fe80::3%77"),
    )
    assert conf.notes == ("there is no interface 'nosuchthing' for the name server fe80::1%nosuchthing",)


def test_the_hosts_file_is_searched_across_its_pieces(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    with path.open("wb") as file:
        for _ in range(30):
            file.write(b"192.0.2.9 other.test other\n" * 10_000)
        file.write(b"192.0.2.1 \x1b[31m.test www.test\n")
    [entry] = find_in_hosts("www.test", str(path))
    assert (entry.line, entry.address) == (300_001, IPv4Address("192.0.2.1"))
    assert len(find_in_hosts("other", str(path))) == 1000


def test_no_descriptor_is_left(tmp_path: Path) -> None:
    before = len(os.listdir("/dev/fd"))
    for path in (tmp_path, tmp_path / "none"):
        read_resolv_conf(str(path), {})
        find_in_hosts("a", str(path))
    assert len(os.listdir("/dev/fd")) == before
