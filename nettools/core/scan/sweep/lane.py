"""The way that packets to some hosts leave this machine."""

from dataclasses import dataclass

from nettools.core.address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """An interface, and the address that packets of one IP version have as their source there."""

    number: int
    interface: str
    ifindex: int
    source: Address
    mac: bytes | None
    """The interface's own link address; None where there is no Ethernet, and the kernel takes packets as they are."""
    is_loopback: bool
    version: int
