"""What the Linux of files and ioctls cannot tell, in the warnings that say so."""

from typing import Final

from nettools.core.ifaces.report import Warned

NO_NETLINK: Final = Warned(
    kind="no-netlink",
    message=(
        "the interfaces are read from /proc, /sys and ioctls: lifetimes, the scope and flags of IPv4 addresses, the "
        "other end of IPv6 ones and of veth pairs, other names, permanent addresses, queueing and details are not known"
    ),
    hint="allow socket(AF_NETLINK) to this process",
)
HIDDEN_SYS: Final = Warned(
    kind="sys-hidden",
    message="/sys/class/net cannot be read: states, masters, links, aliases, groups and speeds are not known",
    hint="mount sysfs on /sys",
)
OTHER_NAMESPACE: Final = Warned(
    kind="sys-of-another-namespace",
    message=(
        "/sys/class/net shows the interfaces of another network namespace: states, masters, links, aliases, groups "
        "and speeds are not known"
    ),
    hint="mount sysfs on /sys again, inside this namespace",
)
HIDDEN_PROC: Final = Warned(
    kind="proc-hidden",
    message="/proc/net cannot be read: IPv6 addresses are not known",
    hint="mount proc on /proc",
)
NO_IOCTLS: Final = Warned(
    kind="no-ioctls",
    message="the ioctls of netdevice(7) are refused: IPv4 addresses are not known",
    hint=None,
)
NO_INTERFACES: Final = "the interfaces cannot be read: netlink, /proc/net, /sys/class/net and ioctls are refused"
NO_ROUTES: Final = "the routes cannot be read: netlink is refused, /proc/net/route and ipv6_route are hidden"
NO_TABLE: Final = "without netlink only the tables main and local can be read"

NO_RULES: Final = Warned(
    kind="no-rules",
    message="policy rules are not known: only netlink tells them",
    hint="allow socket(AF_NETLINK) to this process",
)
IPV4_ROUTES: Final = Warned(
    kind="ipv4-routes-incomplete",
    message=(
        "of IPv4 only the table main can be read; of a multipath route only its first way, of no route its "
        "source address, protocol or MTU"
    ),
    hint=None,
)
IPV6_ROUTES: Final = Warned(
    kind="ipv6-routes-incomplete",
    message=(
        "which table an IPv6 route is in is not known; each way of a multipath route stands as a route by itself, "
        "without its weight; source addresses, metrics and expiry are not known"
    ),
    hint=None,
)
NO_IPV4_LOCAL: Final = Warned(
    kind="ipv4-local-hidden",
    message="the routes of IPv4's table local are not known: /proc/net/route lists main alone",
    hint=None,
)


def hidden_routes(path: str) -> Warned:
    """A file that is not there, or not for this process, while the other family's is."""
    return Warned(kind="routes-hidden", message=f"{path} cannot be read: its routes are not known", hint=None)


def uncertain_types(count: int, path: str) -> Warned:
    """REJECT and a missing device stand for more than one type."""
    return Warned(
        kind="route-type-uncertain",
        message=(
            f"{count} {'route' if count == 1 else 'routes'} of {path} let nothing through, but whether as blackhole, "
            "unreachable, prohibit or throw is not certain"
        ),
        hint="nettools route DESTINATION shows the error that the kernel answers with",
    )


def unreadable_lines(count: int, path: str) -> Warned:
    """Lines of another form than the kernel's sources have: a newer kernel's, or none of a kernel's at all."""
    return Warned(
        kind="unreadable-lines",
        message=f"{count} {'line' if count == 1 else 'lines'} of {path} could not be read, and were passed over",
        hint=None,
    )


def homeless(count: int) -> Warned:
    """Labels are free text to the kernel: one need not begin with the interface's name."""
    return Warned(
        kind="label-without-interface",
        message=(
            f"{count} IPv4 {'address is' if count == 1 else 'addresses are'} left out: the label is all that is "
            "known of the interface, and does not name it"
        ),
        hint=None,
    )
