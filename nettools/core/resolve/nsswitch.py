"""nsswitch.conf(5): which sources the system asks for a host name, in which order, and when it stops.

Source: ``nss_action_parse`` in nss/nss_action_parse.c, and nss/nss_database.c, of glibc 2.36; a test asks the C library
itself. What one would not expect: ``#`` begins a comment at the start of a line only (``files # dns`` asks dns), and a
last line without a line feed does not count.
"""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

NssStatus = Literal["success", "notfound", "unavail", "tryagain"]
NssAction = Literal["return", "continue", "merge"]

DEFAULT_SOURCES: Final = "files dns"
"""What glibc asks when the file is not there or has no ``hosts`` line."""

_DATABASE = re.compile(r"\s*([^\s:]+)[\s:]+(.*)\Z", re.DOTALL)
_TOKEN = re.compile(r"\s*(\[[^]]*\]|[^\s\[]+)")
_CRITERION = re.compile(r"\s*(!?)([A-Za-z]+)\s*=\s*([A-Za-z]+)")
_STATUSES: Final[tuple[NssStatus, ...]] = ("success", "notfound", "unavail", "tryagain")
_ACTIONS: Final[tuple[NssAction, ...]] = ("return", "continue", "merge")


@dataclass(frozen=True, slots=True, kw_only=True)
class NssSource:
    """One source and what happens after each of its results."""

    name: str
    actions: dict[NssStatus, NssAction] = field(default_factory=dict)
    text: str
    """As it stands in the file, with its brackets."""

    def action_after(self, status: NssStatus) -> NssAction:
        """What happens when the source gives this result; without brackets only success ends the search."""
        return self.actions.get(status, "return" if status == "success" else "continue")


def parse_nsswitch(text: str) -> tuple[NssSource, ...]:
    """The sources of the last ``hosts`` line; what cannot be read ends it.

    >>> [one.text for one in parse_nsswitch("hosts: files mdns4_minimal [NOTFOUND=return] dns\\n")]
    ['files', 'mdns4_minimal [NOTFOUND=return]', 'dns']
    """
    found: tuple[NssSource, ...] | None = None
    for line in text.split("\n")[:-1]:
        match = _DATABASE.match(line)
        if match is not None and match[1] == "hosts":
            found = _sources(match[2])
    return _sources(DEFAULT_SOURCES) if found is None else found


def _sources(text: str) -> tuple[NssSource, ...]:
    found: list[NssSource] = []
    place = 0
    while match := _TOKEN.match(text, place):
        token, place = match[1], match.end()
        if not token.startswith("["):
            found.append(NssSource(name=token, text=token))
            continue
        actions = _actions(token[1:-1])
        if actions is None or not found or found[-1].actions:
            break
        found[-1] = NssSource(name=found[-1].name, actions=actions, text=f"{found[-1].name} {token}")
    return tuple(found)


def _actions(text: str) -> dict[NssStatus, NssAction] | None:
    """What the brackets say; None when they cannot be read."""
    actions: dict[NssStatus, NssAction] = {}
    place = 0
    while text[place:].strip():
        match = _CRITERION.match(text, place)
        if match is None:
            return None
        status = next((one for one in _STATUSES if one == match[2].lower()), None)
        action = next((one for one in _ACTIONS if one == match[3].lower()), None)
        if status is None or action is None:
            return None
        if match[1]:
            kept = actions.get(status, "return" if status == "success" else "continue")
            actions = dict.fromkeys(_STATUSES, action)
            actions[status] = kept
        else:
            actions[status] = action
        place = match.end()
    return actions
