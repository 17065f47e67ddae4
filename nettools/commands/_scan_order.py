"""What ``nettools scan`` is to do: the words and options of the command line, with those of an earlier run."""

from dataclasses import replace
from typing import TYPE_CHECKING

from nettools.commands._at_rest import at_rest, without_settings
from nettools.commands._scan_options import ScanOptions
from nettools.commands._session import Session
from nettools.core.ports import PortNames
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
) -> ScanOrder:
    """The options as values, with what an earlier run was asked where its file stands alone.

    Raises RequestErrors; notes what a person may not expect.
    """
    refuse_several(options, ("connect", "syn", "ack"))
    refuse_several(options, ("ipv4", "ipv6"))
    options = settings_at_rest(options, goes_on=earlier is not None)
    has_targets = options.targets is not None or earlier is not None
    given_ports = options.ports if is_given(options, "ports") else None
    targets, port_text = split_words(options.words or [], given_ports, names, has_target_file=has_targets)
    if earlier is not None:
        options, targets, port_text = _as_before(options, targets, port_text, earlier)
    default_ports = _default_ports(options, names)
    order = order_of(options, targets, default_ports if port_text is None else port_text, names, new_seed=new_seed)
    if port_text is None:
        _note_default_ports(session, default_ports, targets, names)
    return order


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
    if options.ports is None or is_given(options, "ports"):
        return DEFAULT_PORTS
    try:
        ports_of(options, options.ports, names)
    except OptionError:
        return DEFAULT_PORTS
    return options.ports


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


def _note_default_ports(session: Session, ports: str, targets: list[str], names: PortNames) -> None:
    what = f"{ports}, a curated list" if ports == DEFAULT_PORTS else f"{safe(ports)}, as the settings say"
    session.note(f"no ports given: scanning {what}; -p all scans every port")
    last = targets[-1].lower() if targets else ""
    if len(targets) > 1 and (last == "all" or (last, "tcp") in names.services or last in names.groups):
        session.note(f"{quoted(last)} is taken for a host; -p {safe(last)} scans the port")
