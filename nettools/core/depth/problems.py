"""Why less was found out about an open port than was asked for, in words."""

from typing import Final

from nettools.core.connect.fault import Fault
from nettools.core.scan.faults import LOCAL_FAULTS

_GONE: Final = frozenset({"refused", "reset"})
INTERRUPTED: Final = "the scan was interrupted while this port was looked at"
NO_ROOM: Final = LOCAL_FAULTS["local-resources"][0]


def unreachable_now(fault: Fault) -> str:
    """The port was open a moment ago, and this kept us from connecting again."""
    if fault.outcome in _GONE:
        return f"closed meanwhile: {fault.message}"
    if fault.outcome == "timeout":
        return "it was open, and does not answer any more"
    return fault.message
