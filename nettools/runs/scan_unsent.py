"""What this machine could not send, as failures beside the results."""

from collections.abc import Iterator

from nettools.core.address import format_address
from nettools.core.outcome import Failure
from nettools.core.scan.book import ScanBook
from nettools.core.scan.faults import LOCAL_FAULTS
from nettools.runs.scan_space import ScanSpace


def unsent_failures(space: ScanSpace, book: ScanBook) -> Iterator[tuple[int | None, Failure]]:
    """(target, failure) for each host of the answer and kind of fault; one for all hosts that are not listed."""
    for host in book.hosts():
        tally = book.tally(host)
        for kind, ports in tally.unsent_by_kind.items():
            for target in space.targets_of(host):
                if tally.is_no_host and space.is_wide(target):
                    continue  # nobody expects a host at the broadcast address of a network
                what = f"{format_address(tally.address)}: {LOCAL_FAULTS[kind][0]}; not probed: ports {ports}"
                yield target, unsent_failure(kind, what, input=space.text_of(target, host), line=space.line_of(target))
    for kind, (count, host) in book.unsent_and_forgotten.items():
        if kind == "no-host":
            continue
        where = format_address(space.addresses.address_at(host))
        yield None, unsent_failure(kind, f"{count:,} addresses, {where} among them: {LOCAL_FAULTS[kind][0]}")


def unsent_failure(kind: str, message: str, *, input: str | None = None, line: int | None = None) -> Failure:
    """A fault of this machine as a failure; ``kind`` is a key of ``LOCAL_FAULTS``."""
    return Failure(input=input, line=line, kind=kind, message=message, hint=LOCAL_FAULTS[kind][1], unreadable=False)
