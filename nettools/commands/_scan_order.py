"""What ``nettools scan`` is to do: the words and options of the command line, with those of an earlier run."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nettools.commands._at_rest import at_rest, without_settings
from nettools.commands._scan_options import ScanOptions
from nettools.commands._session import Session
from nettools.core.ports import PortNames, is_port_name, joined_ports
from nettools.core.scan.option_values import UNLIMITED
from nettools.core.scan.words import split_words
from nettools.core.text import quoted, safe
from nettools.errors import OptionError
from nettools.runs.scan_asked import DEFAULT_PORTS
from nettools.runs.scan_order import ScanOrder, order_of, ports_of
from nettools.runs.scan_together import WITHOUT_DISCOVERY, WITHOUT_PACE
from nettools.runs.together import is_given, refuse_several

if TYPE_CHECKING:
    from nettools.core.scan.resume import EarlierRequest


def read_order(
    session: Session, options: ScanOptions, names: PortNames, *, earlier: "EarlierRequest | None", new_seed: int
) -> tuple[ScanOrder, str | None]:
    """The options as values, with what an earlier run was asked where its file stands alone.

    Behind them what is to be said of the ports where none were named. Raises RequestErrors; notes which words are
    taken for hosts that may be meant for ports, before anybody looks them up.
    """
    refuse_several(options, ("ipv4", "ipv6"))
    options = settings_at_rest(options, goes_on=earlier is not None)
    has_targets = options.targets is not None or earlier is not None
    given_ports = joined_ports(options.ports) if options.ports and is_given(options, "ports") else None
    targets, port_text = split_words(options.words or [], given_ports, names, has_target_file=has_targets)
    if targets.count("-") + (options.targets == "-") > 1:
        raise OptionError("standard input can be read only once", hint="name - or --targets - a single time")
    if earlier is not None:
        options, targets, port_text = _as_before(options, targets, port_text, earlier)
    default_ports = _default_ports(options, names)
    order = order_of(options, targets, default_ports if port_text is None else port_text, names, new_seed=new_seed)
    if given_ports is None:
        _note_services(session, targets, port_text, names)
    return order, _default_ports_note(default_ports) if port_text is None else None


def settings_at_rest(options: ScanOptions, *, goes_on: bool) -> ScanOptions:
    """The options without the settings that do not go with them; a scan that goes on is asked what it was asked."""
    options = at_rest(options, without_effect=WITHOUT_DISCOVERY)
    if options.rate == UNLIMITED:
        options = at_rest(options, without_effect=WITHOUT_PACE)
    if options.seed is not None or goes_on:
        options = without_settings(options, ("order",))
    return without_settings(options, ("ports", "discover")) if goes_on else options


def _default_ports(options: ScanOptions, names: PortNames) -> str:
    """Those that are set, unless there are none among them for what was asked, as of UDP under --udp."""
    if not options.ports or is_given(options, "ports"):
        return DEFAULT_PORTS
    set_ports = joined_ports(options.ports)
    try:
        ports_of(options, set_ports, names)
    except OptionError:
        return DEFAULT_PORTS
    return set_ports


def _as_before(
    options: ScanOptions, targets: list[str], port_text: str | None, earlier: "EarlierRequest"
) -> tuple[ScanOptions, list[str], str | None]:
    """What is not said anew is as it was; what is said anew has to agree, which is seen when all of it is known."""
    was_raw = "syn" in earlier.type or "ack" in earlier.type
    has_kind = options.connect or options.syn or options.ack or options.udp
    options = replace(
        options,
        syn=options.syn or (not has_kind and "syn" in earlier.type),
        ack=options.ack or (not has_kind and "ack" in earlier.type),
        connect=options.connect and not was_raw,
        exclude=options.exclude or list(earlier.exclude) or None,
        seed=options.seed or (None if earlier.seed is None else str(earlier.seed)),
        shard=options.shard or earlier.shard,
        order="ascending" if earlier.order == "ascending" else options.order,
    )
    if not targets and options.targets is None:
        targets = list(earlier.targets)
        if "-" in targets:
            raise OptionError(
                "the targets of the earlier scan came from standard input",
                hint="name - and the same ports again, and give it the same lines",
            )
    return options, targets, port_text or earlier.ports


def _default_ports_note(ports: str) -> str:
    what = f"{ports}, a curated list" if ports == DEFAULT_PORTS else f"{safe(ports)}, as the settings say"
    return f"no ports given: scanning {what}; -p all scans every port"


def _note_services(session: Session, targets: Sequence[str], ports: str | None, names: PortNames) -> None:
    """A single name is always a host: say so where it is one of ports too. ``ports`` are those that were named."""
    first, *others = targets or [""]
    found = [word for word in others if is_port_name(word, names)] or [first] * is_port_name(first, names)
    if not found:
        return
    are_taken = "is taken for a host" if len(found) == 1 else "are taken for hosts"
    meant = joined_ports([*found, *([ports] if ports else [])])
    scans = "scans the port" if len(found) == 1 and not ports else "scans the ports"
    session.note(f"{' and '.join(map(quoted, found))} {are_taken}; -p {safe(meant)} {scans}")
