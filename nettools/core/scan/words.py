"""The words of a scan: which are targets, which is the port list, and what lists and files of targets hold."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from nettools.core.host_name import check_host_name
from nettools.core.ports import HIGHEST_PORT, PORT_LIST_STARTS, PortNames, looks_like_ports
from nettools.core.scan.targets import Spelled, parse_target
from nettools.core.text import quoted, safe
from nettools.errors import OptionError, RequestError

_NUMBER: Final = re.compile(r"[0-9]+", re.ASCII)
_LONGEST_PORT: Final = len(str(HIGHEST_PORT))


def split_words(
    words: Sequence[str], ports_option: str | None, names: PortNames, *, has_target_file: bool = False
) -> tuple[list[str], str | None]:
    """(targets, port list or None). Raises OptionError when no target is left.

    With ``-p`` every word is a target; else the last of two or more words is the port list when it looks so. With
    targets from a file (``--targets``) too, a single word may be the port list.
    """
    targets, ports = list(words), ports_option
    if ports is None and targets and looks_like_ports(targets[-1], names):
        if len(targets) > 1 or (has_target_file and targets[-1] != "-"):
            ports = targets.pop()
        elif targets[-1] != "-":
            raise OptionError(
                f"no target: {quoted(targets[0])} is a port list",
                hint="name a host before the ports, as in nettools scan localhost 1-1024",
            )
    if not targets and not has_target_file:
        raise OptionError("no target", hint="name a host, as in nettools scan localhost 1-1024")
    if ports_option is None:
        stray = [word for word in targets if word != "-" and _might_be_ports(word) and looks_like_ports(word, names)]
    else:
        stray = [word for word in targets if word.startswith(PORT_LIST_STARTS)]
    if stray:
        _refuse_more_ports(stray, ports)
    return targets, ports


def _might_be_ports(word: str) -> bool:
    """Whether no number in it is above all ports: 2130706433 was meant for an address."""
    return all(len(digits) <= _LONGEST_PORT and int(digits) <= HIGHEST_PORT for digits in _NUMBER.findall(word))


def _refuse_more_ports(stray: Sequence[str], ports: str | None) -> None:
    """Raises OptionError for lists that stand among the targets."""
    if ports is None:
        raise OptionError(
            f"{quoted(stray[0])} is a port list, and ports come after the targets",
            hint="write them last, or behind -p",
        )
    # T: and U: hold for all that follows them in a list, so what has neither has to say what it is.
    joined: list[str] = []
    for word in (*stray, ports):
        is_behind = any(one.startswith(PORT_LIST_STARTS) for one in joined)
        joined.append(f"T:{word}" if is_behind and not word.startswith(PORT_LIST_STARTS) else word)
    raise OptionError(
        f"{quoted(stray[0])} is a port list and so is {quoted(ports)}, and there is one",
        hint=f"did you mean {safe(','.join(joined))}?",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """What a scan must leave alone."""

    spelled: tuple[Spelled, ...] = ()
    """Addresses, CIDRs, ranges and patterns."""
    names: tuple[str, ...] = ()
    """Host names, whose addresses are to be left out too once they are resolved."""

    def __add__(self, other: "Exclusions") -> "Exclusions":
        return Exclusions(spelled=self.spelled + other.spelled, names=self.names + other.names)


def parse_exclusions(text: str) -> Exclusions:
    """The value of ``--exclude``: targets with commas between them. Raises OptionError that names the wrong one.

    A comma ends a target here, so a list of octets (``10.0.0.1,5``) is not one: it stands in a file, where each
    line is a target.
    """
    return _exclusions((word.strip(), "") for word in text.split(","))


def exclusions_in_lines(lines: Iterable[tuple[int, str]]) -> Exclusions:
    """The numbered lines of ``--exclude-file`` without blank ones and comments. Raises OptionError that names the line.

    One line that cannot be read refuses the scan: it would probe what somebody wanted left alone.
    """
    return _exclusions((text, f" in line {number}") for number, text in lines)


def _exclusions(words: Iterable[tuple[str, str]]) -> Exclusions:
    spelled: list[Spelled] = []
    names: list[str] = []
    for word, where in words:
        if not word:
            raise OptionError(
                "the list of exclusions has an empty item", hint="write --exclude 192.0.2.1,192.0.2.64/28"
            )
        if not where and word.isascii() and word.isdigit():
            raise OptionError(
                f"cannot exclude {quoted(word)}: a comma separates whole targets here",
                hint="write each address whole, or one target a line in --exclude-file",
            )
        try:
            found = parse_target(word, needs_zone=False)
            if found is None:
                names.append(check_host_name(word))
            else:
                spelled.append(found)
        except RequestError as error:
            raise OptionError(f"cannot exclude{where}: {error.message}", hint=error.hint) from None
    return Exclusions(spelled=tuple(spelled), names=tuple(names))
