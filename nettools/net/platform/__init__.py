"""What differs by operating system, chosen once: interfaces, routes, rules, and the system's own answer.

Each platform is a module with a class of one shape, ``Platform``. All of them give the same records, with None
for what their system does not tell and a warning for what it should have told.
"""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from nettools.core.ifaces.report import Family, Interface, Warned
from nettools.errors import LocalFault

if TYPE_CHECKING:
    from nettools.core.ifaces.defaults import DefaultWay
    from nettools.core.prefix import Prefix
    from nettools.core.route.question import Question, SystemAnswer
    from nettools.core.route.report import Route, Rule


TORN: Final = Warned(
    kind="changing-table",
    message="the kernel's table changed while it was read, each time; entries may be missing or doubled",
    hint=None,
)
BOTH_FAMILIES: Final[tuple[Family, ...]] = ("inet", "inet6")


class InterfacesFound(NamedTuple):
    """The interfaces in the system's order, their ``default`` not yet filled in."""

    interfaces: tuple[Interface, ...]
    warnings: tuple[Warned, ...] = ()


class RoutesFound(NamedTuple):
    """Routes in the system's order, and the rules that choose among tables."""

    routes: "tuple[Route, ...]"
    rules: "tuple[Rule, ...] | None" = None
    """None for a system that has no rules, or does not tell them."""
    warnings: tuple[Warned, ...] = ()


class Platform(Protocol):
    """What every system is asked. Each call raises LocalFault when the system refuses altogether, OptionError for a
    table, an interface or a detail of the question that it does not have."""

    def interfaces(self) -> InterfacesFound: ...

    def routes(self, families: tuple[Family, ...], table: str | None, touching: "Sequence[Prefix]" = ()) -> RoutesFound:
        """The routes of a table by name or number; None for all tables.

        Where ``touching`` is given, only routes that hold one of these prefixes or lie in one need be among them.
        """

    def default_ways(self) -> "Sequence[DefaultWay]":
        """The ways of the default routes of the main table."""

    def counters(self) -> tuple[Interface, ...]:
        """The interfaces again, where time matters: names, state and counters are enough."""

    def filled(self, question: "Question") -> "Question":
        """The question with what the system takes where it is silent: who asks, which protocol."""

    def ask(self, question: "Question") -> "SystemAnswer":
        """What the system itself would do with a packet. An error is part of the answer."""

    def close(self) -> None:
        """Give back what is held open."""


def this_platform() -> Platform:
    """The platform of this machine."""
    system: str = sys.platform
    if system == "linux":
        return _linux()
    if system == "win32":
        from nettools.net.platform.windows import WindowsPlatform

        return WindowsPlatform()
    if system == "darwin":
        from nettools.net.platform.darwin import DarwinPlatform

        return DarwinPlatform()
    from nettools.net.platform.bsd import BsdPlatform

    return BsdPlatform()


def _linux() -> Platform:
    """Netlink, or files and ioctls where a sandbox forbids it."""
    from nettools.net.netlink import FORBIDDEN
    from nettools.net.platform.linux import LinuxPlatform

    try:
        return LinuxPlatform()
    except OSError as error:
        if error.errno not in FORBIDDEN:
            raise LocalFault(f"the kernel gives no netlink socket: {error.strerror}") from None
    from nettools.net.platform.linux_files import LinuxFilesPlatform

    return LinuxFilesPlatform()
