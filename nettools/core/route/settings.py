"""Settings of the kernel that routing reads: ip-sysctl of the kernel's documentation."""

from collections.abc import Callable

Sysctl = Callable[[str], int | None]
"""``net/ipv4/conf/eth0/rp_filter`` -> its value; None where there is none to be read."""


def is_set(sysctl: Sysctl, version: int, dev: str | None, word: str) -> bool:
    """Whether an interface has the setting, or ``all`` has it for every interface: IN_DEV_ORCONF() of the kernel."""
    return any(sysctl(f"net/ipv{version}/conf/{name}/{word}") for name in ("all", dev) if name is not None)
