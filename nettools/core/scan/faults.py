"""Why this machine could not send a probe. None of these says anything about the target."""

from typing import Final

LOCAL_FAULTS: Final[dict[str, tuple[str, str | None]]] = {
    "no-route": ("this machine has no route to it", "ip route get shows what the kernel would do"),
    "unreachable-route": ("a route of this machine says unreachable", "ip route get shows which"),
    "prohibited": ("a route or rule of this machine prohibits it", "ip route get shows which"),
    "firewalled-here": ("this machine's own firewall refuses to send", "look at its output rules"),
    "network-down": ("the network of this machine is down", None),
    "blackhole-route": ("a blackhole route of this machine swallows it", "ip route get shows which"),
    "family-unsupported": ("this machine does not speak that IP version", None),
    "no-host": ("it is a broadcast or multicast address, which has no ports of its own", "leave it out"),
    "no-source-address": ("this machine has no address of that kind to send from", "is that IP version switched on?"),
    "no-ping-socket": ("this user may not send echoes", "net.ipv4.ping_group_range says which groups may"),
    "port-zero": ("no datagram can be sent to UDP port 0, which is reserved", "leave it out"),
    "local-resources": (
        "this machine ran out of descriptors, memory or local ports",
        "try a smaller --max-in-flight or a larger ulimit -n",
    ),
}
"""Kind -> what it means, and what to do."""
