"""``nettools route DESTINATION``: each destination explained, next to the system's own answer."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import cast

from nettools.commands._machine import families_of, opened_platform
from nettools.commands._route_question import Asked, question_for
from nettools.commands._session import Answer, ListLayout, Result, Session
from nettools.commands._targets import Target
from nettools.core.address import Address, parse_address
from nettools.core.prefix import Prefix
from nettools.core.route.explain import host_prefix
from nettools.core.route.explanation import REFUSALS, ExplainReport, Explanation
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.route.rows import ExplanationRow, explanation_row
from nettools.core.route.verdict import explain, explain_prefix
from nettools.core.route.walk import Machine
from nettools.core.subnet.parse import parse_network
from nettools.core.text import quoted
from nettools.errors import AddressError, LocalFault, OptionError
from nettools.net.interrupts import Interrupts
from nettools.net.platform import Platform
from nettools.net.resolve import resolve_host
from nettools.net.sysctl import read_sysctl
from nettools.render.output import Output
from nettools.render.style import Canvas

_LOOKUP_TIMEOUT_S = 5.0


def explain_destinations(
    session: Session, words: Sequence[str], asked: Asked, *, ipv4: bool, ipv6: bool, netns: str | None
) -> int:
    """Write an explanation for each address and prefix, and for each address of a name. Returns the exit status."""
    versions = {4 if family == "inet" else 6 for family in families_of(ipv4, ipv6)}
    with opened_platform(netns) as platform:
        explainer = _Explainer(session, platform, asked)

        def ask(target: Target) -> Iterator[Result]:
            for subject in _subjects(target.text, versions):
                explained = explainer.explain(subject, target.text)
                yield Answer(target.number, explained, affirmative=explained.verdict not in REFUSALS)

        return session.answer(_LAYOUT, session.each(words, ask))


def _subjects(word: str, versions: set[int]) -> Iterable[Address | Prefix]:
    """The address or prefix that the word is, or the addresses of the name that it is."""
    if "/" in word:
        found: Address | Prefix = parse_network(word)
    elif ":" in word or word.replace(".", "").isdigit():
        found = parse_address(word)
    else:
        version = next(iter(versions)) if len(versions) == 1 else None
        with Interrupts() as interrupts:
            return resolve_host(word, version=version, timeout_s=_LOOKUP_TIMEOUT_S, interrupts=interrupts)
    if found.version not in versions:
        raise AddressError(f"{quoted(word)} is IPv{found.version}, which -{next(iter(versions))} leaves out")
    return (found,)


class _Explainer:
    """Keeps what was read of the machine from one destination to the next."""

    def __init__(self, session: Session, platform: Platform, asked: Asked) -> None:
        self._session = session
        self._platform = platform
        self._asked = asked
        self._interfaces = platform.interfaces().interfaces

    def explain(self, subject: Address | Prefix, word: str) -> Explanation:
        if isinstance(subject, Prefix):
            question = question_for(self._asked, subject.first)
            explained = explain_prefix(self._machine(question, subject), subject, question, word=word)
        else:
            question = self._with_zone(question_for(self._asked, subject))
            self._require_interfaces(question)
            machine = self._machine(question, host_prefix(question.destination))
            explained = explain(machine, question, self._answer(question), read_sysctl, word=word)
        for warning in explained.warnings:
            self._session.note(f"{explained.destination}: {warning.message}; {warning.hint}")
        return explained

    def _machine(self, question: Question, target: Prefix) -> Machine:
        """The routes that can matter: those around the target and around the source."""
        touching = [target]
        if question.source is not None:
            touching.append(host_prefix(question.source))
        found = self._platform.routes(("inet" if target.version == 4 else "inet6",), None, touching)
        return Machine(found.routes, found.rules, self._interfaces)

    def _answer(self, question: Question) -> SystemAnswer | None:
        """The system's own answer; without one the explanation stands alone."""
        try:
            return self._platform.ask(question)
        except LocalFault as fault:
            self._session.note(f"the system itself cannot be asked: {fault.message}")
            return None

    def _with_zone(self, question: Question) -> Question:
        """An address with a zone names the interface that it leaves by."""
        from dataclasses import replace
        from ipaddress import IPv6Address

        zone = getattr(question.destination, "scope_id", None)
        if zone is None:
            return question
        if question.outgoing not in (None, zone):
            raise OptionError(f"--interface {question.outgoing} contradicts the zone {quoted(zone)}")
        return replace(question, destination=IPv6Address(int(question.destination)), outgoing=zone)

    def _require_interfaces(self, question: Question) -> None:
        names = {one.ifname for one in self._interfaces}
        for name in (question.incoming, question.outgoing):
            if name is not None and name not in names:
                from nettools.core.ifaces.select import nearest_names

                close = nearest_names(self._interfaces, name)
                hint = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(sorted(names))}"
                raise OptionError(f"there is no interface {quoted(name)}", hint=hint)


def _draw(output: Output, canvas: Canvas, records: Iterable[object]) -> None:
    from nettools.render.route_explain import draw_explanations

    draw_explanations(output, canvas, cast("Iterable[Explanation]", records))


_LAYOUT = ListLayout(
    schema=ExplainReport.SCHEMA,
    list_key="explained",
    line_type="explanation",
    row_class=ExplanationRow,
    draw=_draw,
    row=cast("partial[object]", explanation_row),
)
