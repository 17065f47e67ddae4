"""What ``nettools scan`` is to do: the words and options of the command line, with those of an earlier run."""

from dataclasses import replace
from typing import TYPE_CHECKING

from nettools.commands._scan_options import ScanOptions
from nettools.commands._session import Session
from nettools.core.ports import PortNames
from nettools.core.scan.words import split_words
from nettools.core.text import quoted, safe
from nettools.errors import OptionError
from nettools.runs.scan_asked import DEFAULT_PORTS
from nettools.runs.scan_order import ScanOrder, order_of
from nettools.runs.together import refuse_several

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
    has_targets = options.targets is not None or earlier is not None
    targets, port_text = split_words(options.words or [], options.ports, names, has_target_file=has_targets)
    if earlier is not None:
        options, targets, port_text = _as_before(options, targets, port_text, earlier)
    order = order_of(options, targets, port_text, names, new_seed=new_seed)
    if port_text is None:
        _note_default_ports(session, targets, names)
    return order


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


def _note_default_ports(session: Session, targets: list[str], names: PortNames) -> None:
    session.note(f"no ports given: scanning {DEFAULT_PORTS}, a curated list; -p all scans every port")
    last = targets[-1].lower() if targets else ""
    if len(targets) > 1 and (last == "all" or (last, "tcp") in names.services or last in names.groups):
        session.note(f"{quoted(last)} is taken for a host; -p {safe(last)} scans the port")
