"""``nettools subnet``: a group of verbs, of which ``describe`` is meant when none is named."""

from nettools.commands._group import VerbGroup

VERBS = {
    "describe": "Everything about a subnet: masks, ends, counts, registry, bits.",
    "split": "Carve a network up: by length, into N parts, by hosts (VLSM).",
    "merge": "The smallest set of networks that covers exactly the inputs.",
    "cover": "The one smallest network that holds all the inputs.",
    "subtract": "Networks without some others.",
    "intersect": "What two sets of networks have in common.",
    "compare": "What only one set has, only the other, and both.",
    "range": "A range as networks, a network as a range.",
    "relate": "How two networks stand to each other.",
    "list": "The addresses of a network: all, every Nth, number N, by chance.",
    "sort": "Networks and addresses in numeric order, each once.",
    "filter": "The lines of a text that hold an address inside some networks.",
    "free": "The free networks of a pool.",
    "reverse": "Reverse zones, and RFC 2317 delegation lines.",
    "mac": "EUI-64, link-local and group addresses of a MAC, and back.",
    "nat64": "IPv4 addresses in IPv6 and back (RFC 6052).",
    "ula": "A unique local IPv6 prefix of one's own (RFC 4193).",
}


def build_command() -> VerbGroup:
    """The group of the verbs."""
    return VerbGroup("subnet", "nettools.commands.subnet", VERBS, default="describe")
