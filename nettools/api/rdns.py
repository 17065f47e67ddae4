"""Which names addresses have, and whether they lead back, as data."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass

from nettools.api._call import NetworkLike, Program, in_our_terms, texts_of
from nettools.api._resolve_asked import ServerLike, servers_of
from nettools.core.bulk_resolve.pacing import DEFAULT_CONCURRENCY
from nettools.core.outcome import Failure
from nettools.core.rdns.report import AddressReport, RdnsReport
from nettools.runs.rdns_order import order_of
from nettools.runs.rdns_run import RdnsWork


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The parameters under the names that a command's options have."""

    no_forward: bool
    every: bool
    port: int | None
    insecure: bool
    cafile: str | None
    tls_name: str | None
    timeout: float | None
    tries: int | None
    concurrency: int
    rate: int | None


def rdns(
    targets: NetworkLike | Iterable[NetworkLike],
    *,
    server: ServerLike | Iterable[ServerLike] = (),
    no_forward: bool = False,
    every: bool = False,
    port: int | None = None,
    insecure: bool = False,
    cafile: str | None = None,
    tls_name: str | None = None,
    timeout: float | None = None,
    tries: int | None = None,
    concurrency: int = DEFAULT_CONCURRENCY,
    rate: int | None = None,
    on_result: Callable[[AddressReport], None] | None = None,
    keep: bool = True,
) -> RdnsReport:
    """Which names addresses have, and whether each name leads back to its address, as ``nettools rdns``.

    ``targets`` are addresses, networks and ranges. ``every`` (the option is ``--all``) lists addresses without a name
    too; ``no_forward`` asks for no addresses of names, so there are no verdicts. Without ``server`` those of
    resolv.conf are asked. Of an IPv6 network of more than 65,536 addresses only what exists is asked.

    ``on_result`` is called with each address that is listed, as soon as it is known. The report has them in the order
    of the addresses; with ``keep=False`` only the summary, in flat memory. Targets that cannot be read stand in
    ``errors``. Raises OptionError and the like for what makes no sense.
    """
    asked = _Asked(
        no_forward=no_forward,
        every=every,
        port=port,
        insecure=insecure,
        cafile=cafile,
        tls_name=tls_name,
        timeout=timeout,
        tries=tries,
        concurrency=concurrency,
        rate=rate,
    )
    program = Program()
    found: dict[int, AddressReport] = {}

    def fail(_number: int | None, failure: Failure) -> None:
        program.failed(failure)

    with in_our_terms():
        order = order_of(program, asked, texts_of(targets), servers_of(server))
        work = RdnsWork(
            order,
            program.targets(order.targets),
            keeps_order=False,
            owns_process=False,
            fail=fail,
            note=program.note,
            on_turn=lambda: None,
        )
        with closing(work.finished()) as results:
            for batch in results:
                for one in work.counted(batch):
                    report = one.report()
                    if keep:
                        found[one.number] = report
                    if on_result is not None:
                        on_result(report)
    return RdnsReport(
        addresses=tuple(found[number] for number in sorted(found)),
        summary=work.summary(interrupted=False),
        warnings=tuple(work.warnings),
        errors=tuple(program.failures),
    )
