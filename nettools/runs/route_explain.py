"""Which way destinations go, and why: each explained, next to the system's own answer."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import IPv6Address
from typing import Final

from nettools.core.address import Address, parse_address
from nettools.core.host_name import check_host_name, spells_address
from nettools.core.ifaces.report import Family, Warned, family_of
from nettools.core.ifaces.select import by_name, unknown_name
from nettools.core.outcome import failure_of
from nettools.core.prefix import Prefix
from nettools.core.route.explain import host_prefix
from nettools.core.route.explanation import Explanation
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.route.verdict import explain, explain_prefix
from nettools.core.route.walk import Machine
from nettools.core.subnet.parse import parse_network
from nettools.core.text import quoted, with_hint
from nettools.errors import AddressError, LocalFault, NettoolsError, OptionError
from nettools.net.host_lookup import resolve_host
from nettools.net.platform import Platform, RoutesFound
from nettools.net.sysctl import read_sysctl
from nettools.runs.caller import Caller
from nettools.runs.machine import opened_platform
from nettools.runs.route_question import Packet, question_for
from nettools.runs.targets import Failed, Target

_LOOKUP_TIMEOUT_S: Final = 5.0
_DEFAULT: Final = "default"
"""What ip-route(8) calls the network of all addresses of a family."""


@contextmanager
def opened_explainer(
    caller: Caller, packet: Packet, families: Sequence[Family], netns: str | None, *, is_for_many: bool
) -> Iterator["Explainer"]:
    """What explains, as long as it is open. Raises OptionError or LocalFault."""
    with opened_platform(netns) as platform:
        yield Explainer(caller, platform, packet, families, is_for_many=is_for_many)


class Explainer:
    """Explains one destination after the other, and keeps what it has read of the machine when there are many."""

    def __init__(
        self, caller: Caller, platform: Platform, packet: Packet, families: Sequence[Family], *, is_for_many: bool
    ) -> None:
        self._caller = caller
        self._versions = {4 if family == "inet" else 6 for family in families}
        self._platform = platform
        self._packet = packet
        self._interfaces = platform.interfaces().interfaces
        self._known = by_name(self._interfaces)
        self._is_for_many = is_for_many
        self._tables: dict[Family, RoutesFound] = {}

    def of_target(self, target: Target) -> Iterator[Explanation | Failed]:
        """What explains an address, a prefix, each address of a name, or both defaults. Raises NettoolsError."""
        for subject in self._subjects(target.text):
            try:
                yield self.explain(subject, target.text)
            except NettoolsError as error:  # of this address; the other addresses of a name may do
                yield Failed(target.number, failure_of(error, input=target.text, line=target.line))

    def explain(self, subject: Address | Prefix, word: str) -> Explanation:
        """The explanation of an address or a prefix. Raises OptionError or LocalFault."""
        address = subject.first if isinstance(subject, Prefix) else subject
        question = self._platform.filled(self._with_interfaces(question_for(self._packet, address)))
        if isinstance(subject, Prefix):
            machine, torn = self._machine(question, subject)
            explained = explain_prefix(machine, subject, question, word=word)
        else:
            machine, torn = self._machine(question, host_prefix(question.destination))
            explained = explain(machine, question, self._answer(question), read_sysctl, word=word)
        explained = replace(explained, warnings=explained.warnings + torn)
        for warning in explained.warnings:
            self._caller.note(f"{explained.destination}: {with_hint(warning.message, warning.hint)}")
        return explained

    def _subjects(self, word: str) -> Iterable[Address | Prefix]:
        """The address or prefix that the word is, or the addresses of the name that it is."""
        if word == _DEFAULT:
            return tuple(Prefix(version, 0, 0) for version in sorted(self._wanted_versions()))
        if "/" in word:
            found: Address | Prefix = parse_network(word)
        elif spells_address(word):
            found = parse_address(word)
        else:
            wanted = self._wanted_versions()
            version = next(iter(wanted)) if len(wanted) == 1 else None
            with self._caller.interrupts() as interrupts:
                return resolve_host(
                    check_host_name(word), version=version, timeout_s=_LOOKUP_TIMEOUT_S, interrupts=interrupts
                )
        if found.version not in self._versions:
            raise AddressError(f"{quoted(word)} is IPv{found.version}, which -{next(iter(self._versions))} leaves out")
        return (found,)

    def _wanted_versions(self) -> set[int]:
        """The IP versions that a word may stand for which has no version of its own."""
        source = self._packet.source
        return self._versions if source is None else self._versions & {source.version}

    def _machine(self, question: Question, target: Prefix) -> tuple[Machine, tuple[Warned, ...]]:
        """The routes that can matter, those around the target and around the source, and what is to be said of them."""
        family = family_of(target.version)
        touching = [target, *([] if question.source is None else [host_prefix(question.source)])]
        found = self._tables.get(family)
        if found is None:
            found = self._platform.routes((family,), None, () if self._is_for_many else touching)
            if self._is_for_many:
                self._tables[family] = found
        near = [one for one in found.routes if any(one.dst.touches(at) for at in touching)]
        return Machine(near, found.rules, self._interfaces), found.warnings

    def _answer(self, question: Question) -> SystemAnswer | None:
        """The system's own answer; without one the explanation stands alone."""
        try:
            return self._platform.ask(question)
        except LocalFault as fault:
            self._caller.note(f"the system itself cannot be asked: {fault.message}")
            return None

    def _with_interfaces(self, question: Question) -> Question:
        """The question with the interfaces by their names: a zone says by which one an address is reached."""
        incoming, outgoing = self._name_of(question.incoming), self._name_of(question.outgoing)
        zone = getattr(question.destination, "scope_id", None)
        if zone is None:
            return replace(question, incoming=incoming, outgoing=outgoing)
        by_zone = self._name_of(zone)
        if outgoing not in (None, by_zone):
            named = self._packet.names.outgoing
            raise OptionError(f"{named} {quoted(outgoing or '')} contradicts the zone {quoted(zone)}")
        address = IPv6Address(int(question.destination))
        return replace(question, destination=address, incoming=incoming, outgoing=by_zone)

    def _name_of(self, word: str | None) -> str | None:
        """The interface of that name, other name, or index (RFC 4007 §11.2). Raises OptionError."""
        if word is None:
            return None
        one = self._known.get(word)
        if one is None and word.isascii() and word.isdigit():
            one = next((each for each in self._interfaces if str(each.ifindex) == word), None)
        if one is None:
            message, hint = unknown_name(self._interfaces, word)
            raise OptionError(message, hint=hint)
        return one.ifname
