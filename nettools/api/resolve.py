"""What the DNS says of a name, who says it, and why, as data."""

from collections.abc import Callable, Iterable
from contextlib import closing

from nettools.api._call import (
    AddressLike,
    IpVersion,
    NetworkLike,
    Program,
    check_choice,
    in_our_terms,
    text_of,
    texts_of,
    words_of,
)
from nettools.api._resolve_asked import Asked, ServerLike, servers_of
from nettools.core.resolve.compare_report import Comparison
from nettools.core.resolve.report import ResolveReport, Response
from nettools.runs.resolve_order import ResolveOrder, order_of
from nettools.runs.resolve_run import Numbered, failure_of_response, lookups


def resolve(
    names: AddressLike | Iterable[AddressLike],
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
    search: bool | None = None,
    validate: bool = False,
    trust_anchor: str | None = None,
    system: bool = False,
    compare: bool = False,
    all_ns: bool = False,
    trace: bool = False,
    root_hints: str | None = None,
    axfr: bool = False,
    ixfr: int | None = None,
    on_result: Callable[[Response], None] | None = None,
) -> ResolveReport:
    """What the DNS knows of names: the answers, who gave them, and why there are none, as ``nettools resolve``.

    Without ``types`` A and AAAA are asked, for an address PTR. Without ``server`` those of resolv.conf are asked, with
    its search list for short names (and LOCALDOMAIN and RES_OPTIONS of the environment count, as in the C library).
    Names × types × servers, in that order. Every other parameter is the option of that name; ``compare``, ``all_ns``,
    ``trace``, ``axfr`` and ``ixfr`` each ask something else.

    ``on_result`` is called with each response as it comes, in the calling thread; the report has them in the order of
    the questions. What has no answer (a timeout, SERVFAIL) stands in ``errors`` as well. Raises OptionError,
    DomainNameError and the like for what cannot be asked, MissingExtra where a package is missing.
    """
    check_choice(ip_version, "ip_version", IpVersion)
    asked = Asked(
        name=texts_of(names),
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
        search=search,
        validate=validate,
        trust_anchor=trust_anchor,
        system=system,
        compare=compare,
        all_ns=all_ns,
        trace=trace,
        root_hints=root_hints,
        axfr=axfr,
        ixfr=ixfr,
    )
    program = Program()
    found: dict[int, Response] = {}
    comparisons: list[Comparison] = []
    with in_our_terms():
        order = order_of(program, asked, needs_name=False)
        program.failures += order.unreadable
        with closing(_answers(program, order, comparisons)) as answers:
            for number, response in answers:
                found[number] = response
                if on_result is not None:
                    on_result(response)
    responses = tuple(found[number] for number in sorted(found))
    failures = [
        failure
        for number in sorted(found)
        if (failure := failure_of_response(found[number], lame=_lameness(order, comparisons, number))) is not None
    ]
    return ResolveReport(responses=responses, comparison=tuple(comparisons), errors=(*program.failures, *failures))


def _lameness(order: ResolveOrder, comparisons: list[Comparison], number: int) -> str | None:
    if not order.asked.all_ns:
        return None
    from nettools.runs.resolve_compare import lameness_of

    return lameness_of(comparisons, number)


def _answers(program: Program, order: ResolveOrder, comparisons: list[Comparison]) -> Numbered:
    asked = order.asked
    if asked.trace:
        from nettools.runs.resolve_trace import traces

        return traces(order, keeps_order=False)
    if asked.all_ns or asked.compare:
        from nettools.runs.resolve_compare import of_all_servers, of_given_servers

        if asked.all_ns:
            return of_all_servers(program, order, comparisons)
        return of_given_servers(order, comparisons, keeps_order=False)
    if asked.axfr or asked.ixfr is not None:
        from nettools.runs.resolve_transfer import transfers

        return transfers(order)
    if asked.system:
        from nettools.runs.resolve_system import with_system

        return with_system(program, order, lookups(order))
    return lookups(order, keeps_order=False)
