"""Very many names, a few shared sockets, as data: a record for each answer as it comes."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import Final, cast

from nettools.api._call import (
    AddressLike,
    IpVersion,
    NetworkLike,
    Program,
    check_choice,
    in_our_terms,
    text_of,
    words_of,
)
from nettools.api._resolve_asked import Asked, ServerLike, servers_of
from nettools.core.bulk_resolve.lines import Form, Line
from nettools.core.bulk_resolve.rows import BadLine, Chunk
from nettools.core.outcome import failure_of
from nettools.core.resolve.report import ResolveReport, Response
from nettools.net.bulk_resolve import BulkDriver
from nettools.runs.bulk_run import bulk_order, plan_bulk
from nettools.runs.resolve_order import order_of

_LINES_AT_ONCE: Final = 256


def resolve_many(
    names: Iterable[AddressLike],
    types: str | Iterable[str] = (),
    *,
    server: ServerLike | Iterable[ServerLike] = (),
    ip_version: IpVersion | None = None,
    port: int | None = None,
    tcp: bool = False,
    timeout: float | None = None,
    tries: int | None = None,
    class_: str = "IN",
    dnssec: bool = False,
    ad: bool = False,
    cd: bool = False,
    no_rd: bool = False,
    no_edns: bool = False,
    bufsize: int | None = None,
    nsid: bool = False,
    cookie: bool = False,
    subnet: NetworkLike | None = None,
    tsig: str | None = None,
    tsig_file: str | None = None,
    insecure: bool = False,
    cafile: str | None = None,
    tls_name: str | None = None,
    concurrency: int | None = None,
    rate: int | None = None,
    on_result: Callable[[Response], None] | None = None,
    keep: bool = True,
) -> ResolveReport:
    """The same questions for very many names, in one loop over a few sockets, as ``nettools resolve --file``.

    Each of ``names``, which are drawn as there is room for them, is a line of that file: a name or an address, perhaps
    with types behind it (``"example.com MX"``); ``#`` begins a comment, and blank ones are passed over. ``concurrency``
    is how many questions are on their way at most, ``rate`` how many a second go to one server.

    ``on_result`` is called with each response as it comes. The report has all of them in the order of the questions;
    with ``keep=False`` it has none, and memory stays flat however many there are. Names that cannot be read stand in
    ``errors``, with ``line`` counted from 1; a question without an answer has its ``status``. Raises what ``resolve``
    raises.
    """
    check_choice(ip_version, "ip_version", IpVersion)
    asked = Asked(
        name=(),
        type=words_of(types),
        server=servers_of(server),
        ipv4=ip_version == 4,
        ipv6=ip_version == 6,
        port=port,
        tcp=tcp,
        timeout=timeout,
        tries=tries,
        class_=class_,
        dnssec=dnssec,
        ad=ad,
        cd=cd,
        no_rd=no_rd,
        no_edns=no_edns,
        bufsize=bufsize,
        nsid=nsid,
        cookie=cookie,
        subnet=None if subnet is None else text_of(subnet),
        tsig=tsig,
        tsig_file=tsig_file,
        insecure=insecure,
        cafile=cafile,
        tls_name=tls_name,
        concurrency=concurrency,
        rate=rate,
    )
    program, records = Program(), _Records()
    kept: dict[int, Response] = {}

    def on_bad_line(bad: BadLine) -> None:
        program.failed(failure_of(bad.error, input=bad.text or None, line=bad.number))

    with in_our_terms():
        order = bulk_order(order_of(program, asked, needs_name=False))
        plan = plan_bulk(order, _chunks(names), records, in_order=None, on_bad_line=on_bad_line)
        with closing(BulkDriver(plan, order.open, owns_process=False).results()) as results:
            for batch in results:
                for index, _, _ in cast(list[Line], batch):
                    response = records.take(index)
                    if keep:
                        kept[index] = response
                    if on_result is not None:
                        on_result(response)
    return ResolveReport(responses=tuple(kept[index] for index in sorted(kept)), errors=tuple(program.failures))


def _chunks(names: Iterable[AddressLike]) -> Iterator[Chunk]:
    first_number, left = 1, iter(names)
    while some := list(islice(left, _LINES_AT_ONCE)):
        yield Chunk(first_number, [text_of(one).encode("utf-8", "surrogateescape") for one in some])
        first_number += len(some)


class _Records(Form):
    """Keeps the record of each response until somebody takes it; text is written for nobody."""

    def __init__(self) -> None:
        self._waiting: dict[int, Response] = {}

    def text(self, index: int, response: Response) -> str:
        self._waiting[index] = response
        return ""

    def template(self, response: Response) -> str | None:  # noqa: ARG002
        return None

    def take(self, index: int) -> Response:
        return self._waiting.pop(index)
