"""``nettools subnet``: a group of verbs, of which ``describe`` is meant when none is named."""

from nettools.commands._group import VerbGroup

VERBS = {
    "describe": "Everything about a subnet: masks, ends, counts, registry, bits.",
}


def build_command() -> VerbGroup:
    """The group of the verbs."""
    return VerbGroup("subnet", "nettools.commands.subnet", VERBS, default="describe")
