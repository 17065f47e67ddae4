"""The folder of an interface in /sys/class/net, and the files of /proc/net, as texts. What cannot be read is None.

Sources: sysfs(5); the kernel's Documentation/ABI/testing/sysfs-class-net. An interface may go away between any
two reads, so that no single file is ever required.
"""

import os
from contextlib import suppress
from typing import Final

from nettools.core.ifaces.gather import SysLink

_ATTRIBUTES: Final = (
    "address",
    "carrier",
    "dormant",
    "flags",
    "ifalias",
    "ifindex",
    "iflink",
    "mtu",
    "netdev_group",
    "operstate",
    "tx_queue_len",
    "type",
    "uevent",
)
_OF_HARDWARE: Final = ("speed", "duplex")
"""Virtual links have made-up ones; of hardware the driver is asked, which takes its time."""
_COUNTERS: Final = tuple(
    [f"{way}_{what}" for way in ("rx", "tx") for what in ("bytes", "packets", "errors", "dropped")] + ["multicast"]
)
_LOWER: Final = b"lower_"


def read_text(path: bytes) -> str | None:
    """The whole text of a file; bytes that are not UTF-8 are kept as surrogates. None where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "surrogateescape")
    except OSError:
        return None


def link_names(folder: bytes) -> list[str] | None:
    """The interfaces that /sys/class/net lists; None where it is hidden. ``bonding_masters`` is a file, and none."""
    try:
        entries = sorted(os.listdir(folder))
    except OSError:
        return None
    return [_text(entry) for entry in entries if os.path.isdir(os.path.join(folder, entry))]


def read_link(folder: bytes, name: str) -> SysLink | None:
    """What /sys says of one interface; None when it has gone."""
    path = os.path.join(folder, name.encode("utf-8", "surrogateescape"))
    files = _read_all(path, _ATTRIBUTES)
    if "ifindex" not in files:
        return None
    has_device = os.path.exists(os.path.join(path, b"device"))
    if has_device:
        files |= _read_all(path, _OF_HARDWARE)
    lower: list[str] = []
    with suppress(OSError):
        lower = [_text(entry[len(_LOWER) :]) for entry in sorted(os.listdir(path)) if entry.startswith(_LOWER)]
    return SysLink(
        files=files,
        master=master_of(folder, name),
        lower=tuple(lower),
        has_device=has_device,
        statistics=_read_all(os.path.join(path, b"statistics"), _COUNTERS),
    )


def master_of(folder: bytes, name: str) -> str | None:
    """The bridge, bond, team or VRF that an interface is a port of."""
    link = os.path.join(folder, name.encode("utf-8", "surrogateescape"), b"master")
    try:
        return _text(os.path.basename(os.readlink(link)))
    except OSError:
        return None


def _read_all(path: bytes, names: tuple[str, ...]) -> dict[str, str]:
    texts = {name: read_text(os.path.join(path, name.encode())) for name in names}
    return {name: text.removesuffix("\n") for name, text in texts.items() if text is not None}


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
