"""The network interfaces of this machine, as data."""

from collections.abc import Iterable
from dataclasses import dataclass

from nettools.api._call import IpVersion, Program, check_choice, in_our_terms, words_of
from nettools.core.ifaces.report import IfacesReport
from nettools.runs.ifaces_run import find_interfaces


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    names: tuple[str, ...]
    ipv4: bool
    ipv6: bool
    only_up: bool
    kind: str | None
    netns: str | None


def ifaces(
    names: str | Iterable[str] = (),
    *,
    ip_version: IpVersion | None = None,
    up: bool = False,
    kind: str | None = None,
    primary: bool = False,
    netns: str | None = None,
) -> IfacesReport:
    """The network interfaces with all that the system knows of them, as ``nettools ifaces``.

    ``names`` are the interfaces that are wanted, all without; a name that is none is in ``warnings``. ``up`` leaves out
    what is switched off, ``kind`` keeps links of one kind (``"veth"``), ``ip_version`` the addresses of one version.
    ``primary`` keeps what the default route would use. ``netns`` looks into a network namespace: only the calling
    thread enters it (setns(2)), and it is back when this returns. Raises LocalFault and OptionError.

    >>> from nettools import ifaces
    >>> [one.ifname for one in ifaces("lo").interfaces]
    ['lo']
    """
    check_choice(ip_version, "ip_version", IpVersion)
    asked = _Asked(
        names=words_of(names), ipv4=ip_version == 4, ipv6=ip_version == 6, only_up=up, kind=kind, netns=netns
    )
    with in_our_terms():
        return find_interfaces(Program(), asked, only_primary=primary).report
