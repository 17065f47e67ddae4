"""A signed Internet in memory: zones in zone-file form, signed by dnspython, and a resolver that answers from them.

The signatures, the digests and the NSEC3 hashes are dnspython's, so that its reading of the RFCs checks ours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from ipaddress import IPv4Address
from typing import Literal

import dns.dnssec
import dns.dnssecalgs
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rrset
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from dns.rdtypes.ANY.DNSKEY import DNSKEY

from nettools.core.dns.edns import opt_record
from nettools.core.dns.message import Question, ResourceRecord, parse_message
from nettools.core.dns.name import name_from_text
from nettools.core.dns.types import CLASSES, TYPES, type_name
from nettools.core.dnssec.anchors import TrustAnchor
from nettools.core.dnssec.records import Dnskey
from nettools.core.dnssec.validate import validate
from nettools.core.resolve.lookup import Lookup, Outcome, Server
from nettools.core.resolve.report import DnssecVerdict
from nettools.core.resolve.status import status_of

NOW = 1_795_000_000
"""2026-11-18 11:06:40 UTC."""
DAY = 86_400
SERVER = Server(address=IPv4Address("192.0.2.53"))
TTL = 300
Name = dns.name.Name
_DIGESTS = {1: "SHA1", 2: "SHA256", 4: "SHA384"}
_Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey


@cache
def private_key(algorithm: int, number: int) -> _Private:
    """The same key in each run, but for RSA."""
    if algorithm == 13:
        return ec.derive_private_key(10_000 + number, ec.SECP256R1())
    if algorithm == 14:
        return ec.derive_private_key(10_000 + number, ec.SECP384R1())
    if algorithm == 15:
        return ed25519.Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big"))
    if algorithm == 16:
        return ed448.Ed448PrivateKey.from_private_bytes(number.to_bytes(57, "big"))
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)


@dataclass(frozen=True)
class Key:
    """A key pair of a zone."""

    number: int
    algorithm: int = 13
    flags: int = 256

    @property
    def dnskey(self) -> DNSKEY:
        made = dns.dnssec.make_dnskey(private_key(self.algorithm, self.number).public_key(), self.algorithm, self.flags)
        assert isinstance(made, DNSKEY)
        return made

    @property
    def ours(self) -> Dnskey:
        return Dnskey(self.dnskey.to_wire() or b"")


@dataclass
class Zone:
    """A zone as its owner writes it, and how it is signed and delegated to."""

    origin: str
    text: str
    ksk: Key | None
    zsk: Key | None
    nsec3: bool = False
    opt_out: bool = False
    iterations: int = 0
    salt: bytes = b""
    inception: int = NOW - DAY
    expiration: int = NOW + 30 * DAY
    digests: tuple[int, ...] = (2,)
    """The digests of the DS records in the parent."""
    unsigned: frozenset[str] = frozenset()
    """Names that lie in the gaps of an opt-out zone."""
    extra_keys: tuple[str, ...] = ()

    @property
    def is_signed(self) -> bool:
        return self.ksk is not None


@dataclass
class Reply:
    """A reply that a test may damage before it is sent."""

    rcode: int = 0
    answer: list[ResourceRecord] = field(default_factory=list)
    authority: list[ResourceRecord] = field(default_factory=list)
    edns: bool = True
    status: str | None = None
    """A failure instead of the reply: timeout, servfail."""


Damage = Callable[[Question, Reply], None]


def record(name: Name, kind: int, rdata: bytes) -> ResourceRecord:
    return ResourceRecord(name=name.to_wire() or b"", type=kind, class_=1, ttl=TTL, rdata=rdata)


class SignedZone:
    """A zone with its signatures and its denials."""

    def __init__(self, zone: Zone, delegations: Sequence[str]) -> None:
        self.zone = zone
        self.origin = dns.name.from_text(zone.origin)
        text = f"$TTL {TTL}\n{zone.text}\n" + "".join(f"{line}\n" for line in delegations)
        self.sets: dict[tuple[Name, int], dns.rrset.RRset] = {}
        parsed = dns.zone.from_text(text, origin=self.origin, relativize=False, check_origin=False)
        for name, rdataset in parsed.iterate_rdatasets():
            self._add(name, list(rdataset))
        self.cuts = {name for name, kind in self.sets if kind == TYPES["NS"] and name != self.origin}
        self.signatures: dict[tuple[Name, int], list[dns.rdata.Rdata]] = {}
        self.denial_names: list[tuple[object, Name]] = []
        if zone.ksk and zone.zsk:
            keys = [zone.ksk.dnskey, zone.zsk.dnskey]
            more = [dns.rdata.from_text("IN", "DNSKEY", one) for one in zone.extra_keys]
            self._add(self.origin, [*keys, *more])
            self._deny()
            for key in list(self.sets):
                if self._is_signed(*key):
                    self._sign(key)

    def _add(self, name: Name, rdatas: Sequence[dns.rdata.Rdata]) -> None:
        self.sets[name, int(rdatas[0].rdtype)] = dns.rrset.from_rdata_list(name, TTL, list(rdatas))

    def is_glue(self, name: Name) -> bool:
        return any(name.is_subdomain(cut) and name != cut for cut in self.cuts)

    def _is_signed(self, name: Name, kind: int) -> bool:
        return not self.is_glue(name) and not (name in self.cuts and kind == TYPES["NS"])

    def names(self) -> list[Name]:
        """All that exist, empty non-terminals too, in canonical order."""
        found: set[Name] = set()
        for name, _ in self.sets:
            if not self.is_glue(name):
                while name != self.origin:
                    found.add(name)
                    name = name.parent()
        return sorted({self.origin, *found})

    def _types(self, name: Name) -> list[int]:
        kinds = {kind for owner, kind in self.sets if owner == name}
        return sorted(kinds | ({TYPES["RRSIG"]} if kinds - {TYPES["NS"]} or name == self.origin else set()))

    def _deny(self) -> None:
        zone = self.zone
        if not zone.nsec3:
            names = [name for name in self.names() if self._types(name)]
            lists = {name: [*self._types(name), TYPES["NSEC"]] for name in names}
            for name, following in zip(names, [*names[1:], self.origin], strict=True):
                kinds = " ".join(type_name(one) for one in sorted({*lists[name], TYPES["RRSIG"]}))
                self._add(name, [dns.rdata.from_text("IN", "NSEC", f"{following} {kinds}")])
            return
        skipped = {dns.name.from_text(one, self.origin) for one in zone.unsigned}
        hashed = sorted((self.hash(name), name) for name in self.names() if name not in skipped)
        for (label, name), (after, _) in zip(hashed, [*hashed[1:], hashed[0]], strict=True):
            kinds = " ".join(type_name(one) for one in self._types(name))
            salt = zone.salt.hex() or "-"
            text = f"1 {int(zone.opt_out)} {zone.iterations} {salt} {after} {kinds}"
            self._add(dns.name.from_text(label, self.origin), [dns.rdata.from_text("IN", "NSEC3", text)])

    def hash(self, name: Name) -> str:
        return dns.dnssec.nsec3_hash(name, self.zone.salt, self.zone.iterations, 1)

    def _sign(self, key: tuple[Name, int]) -> None:
        zone = self.zone
        chosen = zone.ksk if key[1] == TYPES["DNSKEY"] else zone.zsk
        assert chosen is not None
        self.signatures[key] = [
            dns.dnssec.sign(
                self.sets[key],
                private_key(chosen.algorithm, chosen.number),
                self.origin,
                chosen.dnskey,
                inception=zone.inception,
                expiration=zone.expiration,
                deterministic=chosen.algorithm == 13,
            )
        ]

    def records(self, name: Name, kind: int, shown: Name | None = None) -> list[ResourceRecord]:
        """A set with its signatures, under another name where a wildcard made it."""
        made = [record(shown or name, kind, one.to_wire() or b"") for one in self.sets[name, kind]]
        for one in self.signatures.get((name, kind), ()):
            made.append(record(shown or name, TYPES["RRSIG"], one.to_wire() or b""))
        return made

    def exists(self, name: Name) -> bool:
        return name in self._existing

    @cached_property
    def _existing(self) -> frozenset[Name]:
        return frozenset(self.names())

    def encloser(self, name: Name) -> Name:
        while not self.exists(name):
            name = name.parent()
        return name

    def _match(self, name: Name) -> list[ResourceRecord]:
        if self.zone.nsec3:
            owner = dns.name.from_text(self.hash(name), self.origin)
            return self.records(owner, TYPES["NSEC3"]) if (owner, TYPES["NSEC3"]) in self.sets else []
        return self.records(name, TYPES["NSEC"]) if (name, TYPES["NSEC"]) in self.sets else []

    def _cover(self, name: Name) -> list[ResourceRecord]:
        kind = TYPES["NSEC3" if self.zone.nsec3 else "NSEC"]
        owners = sorted(owner for owner, found in self.sets if found == kind)
        place = dns.name.from_text(self.hash(name), self.origin) if self.zone.nsec3 else name
        before = [owner for owner in owners if owner < place]
        return self.records(before[-1] if before else owners[-1], kind)

    def _closer(self, name: Name) -> Name:
        return dns.name.Name(name.labels[-len(self.encloser(name).labels) - 1 :])

    def deny_type(self, name: Name) -> list[ResourceRecord]:
        if not self.zone.is_signed:
            return []
        if self.zone.nsec3 and not self._match(name):
            return [*self._match(self._known(name)), *self._cover(self._unknown(name))]
        return self._match(name) or self._cover(name)

    def _known(self, name: Name) -> Name:
        while not self._match(name):
            name = name.parent()
        return name

    def _unknown(self, name: Name) -> Name:
        while not self._match(name.parent()):
            name = name.parent()
        return name

    def deny_name(self, name: Name) -> list[ResourceRecord]:
        if not self.zone.is_signed:
            return []
        encloser = self._known(name.parent()) if self.zone.nsec3 else self.encloser(name)
        wildcard = dns.name.from_text("*", encloser)
        if not self.zone.nsec3:
            return [*self._cover(name), *self._cover(wildcard)]
        return [*self._match(encloser), *self._cover(self._unknown(name)), *self._cover(wildcard)]

    def deny_closer(self, name: Name) -> list[ResourceRecord]:
        return self._cover(self._closer(name) if self.zone.nsec3 else name) if self.zone.is_signed else []

    def deny_wildcard_type(self, name: Name, wildcard: Name) -> list[ResourceRecord]:
        if not self.zone.is_signed:
            return []
        more = self._match(self.encloser(name)) if self.zone.nsec3 else []
        return [*more, *self.deny_closer(name), *self._match(wildcard)]


class Internet:
    """A resolver that checks nothing, as one does for CD."""

    def __init__(self, *zones: Zone) -> None:
        self.zones: dict[Name, SignedZone] = {}
        self.damages: list[Damage] = []
        self._replies: dict[Question, Reply] = {}
        for zone in sorted(zones, key=lambda one: -len(dns.name.from_text(one.origin).labels)):
            self.zones[dns.name.from_text(zone.origin)] = SignedZone(zone, self._delegations(zone))
        self.root = dns.name.root
        self.asked: list[list[Question]] = []

    def _delegations(self, parent: Zone) -> list[str]:
        origin = dns.name.from_text(parent.origin)
        lines: list[str] = []
        for name, child in self.zones.items():
            above = name.parent()
            while above not in self.zones and above != origin and above != dns.name.root:
                above = above.parent()
            if above != origin:
                continue
            lines.append(f"{name} NS ns.{name}")
            if child.zone.ksk:
                for digest in child.zone.digests:
                    ds = dns.dnssec.make_ds(
                        name, child.zone.ksk.dnskey, _DIGESTS[digest], policy=dns.dnssec.allow_all_policy
                    )
                    lines.append(f"{name} DS {ds}")
        return lines

    def zone_of(self, name: Name, kind: int) -> SignedZone:
        if kind == TYPES["DS"] and name in self.zones and name != dns.name.root:
            name = name.parent()
        while name not in self.zones:
            name = name.parent()
        return self.zones[name]

    def reply(self, question: Question) -> Reply:
        if question not in self._replies:
            self._replies[question] = self._honest(question)
        honest = self._replies[question]
        reply = replace(honest, answer=list(honest.answer), authority=list(honest.authority))
        for damage in self.damages:
            damage(question, reply)
        return reply

    def _honest(self, question: Question) -> Reply:
        name, _ = dns.name.from_wire(question.name, 0)
        reply = Reply()
        for _ in range(8):
            following = self._answer(name, question.type, reply)
            if following is None:
                break
            name = following
        reply.answer = list(dict.fromkeys(reply.answer))
        reply.authority = list(dict.fromkeys(reply.authority))
        return reply

    def _answer(self, name: Name, kind: int, reply: Reply) -> Name | None:
        """Add what the zone of the name says; the name where its alias leads."""
        zone = self.zone_of(name, kind)
        found = self._node(zone, name, name, kind, reply)
        if found is not False:
            return found
        above = name
        while above != zone.origin:
            above = above.parent()
            if (above, TYPES["DNAME"]) in zone.sets:
                target = name.relativize(above).concatenate(_target(zone, above, "DNAME"))
                reply.answer += zone.records(above, TYPES["DNAME"])
                reply.answer.append(record(name, TYPES["CNAME"], target.to_wire() or b""))
                return target
        if zone.exists(name):
            reply.authority += [*zone.records(zone.origin, TYPES["SOA"]), *zone.deny_type(name)]
            return None
        wildcard = dns.name.from_text("*", zone.encloser(name))
        if zone.exists(wildcard):
            found = self._node(zone, wildcard, name, kind, reply)
            if found is not False:
                reply.authority += zone.deny_closer(name)
                return found
            reply.authority += zone.records(zone.origin, TYPES["SOA"])
            reply.authority += zone.deny_wildcard_type(name, wildcard)
            return None
        reply.rcode = 3
        reply.authority += [*zone.records(zone.origin, TYPES["SOA"]), *zone.deny_name(name)]
        return None

    def _node(self, zone: SignedZone, name: Name, shown: Name, kind: int, reply: Reply) -> Name | Literal[False] | None:
        if kind == TYPES["ANY"] and zone.exists(name):
            for owner, found in list(zone.sets):
                if owner == name:
                    reply.answer += zone.records(name, found, shown)
            return None
        if (name, kind) in zone.sets:
            reply.answer += zone.records(name, kind, shown)
            return None
        if (name, TYPES["CNAME"]) in zone.sets:
            reply.answer += zone.records(name, TYPES["CNAME"], shown)
            return _target(zone, name, "CNAME")
        return False

    def outcome(self, lookup: Lookup) -> Outcome:
        assert lookup.options.dnssec_ok
        assert lookup.options.checking_disabled
        reply = self.reply(lookup.question)
        message = None
        status = reply.status or ""
        if not reply.status:
            message = parse_message(wire_of(lookup.question, reply))
            status = status_of(message, lookup.question)[0]
        return Outcome(
            lookup=lookup,
            status=status,
            message=message,
            server=SERVER,
            transport="udp",
            tries=(),
            discarded=(),
            warnings=(),
            query_time_ms=1.0,
        )

    @property
    def anchors(self) -> tuple[TrustAnchor, ...]:
        return (self.anchor("."),)

    def anchor(self, origin: str) -> TrustAnchor:
        ksk = self.zones[dns.name.from_text(origin)].zone.ksk
        assert ksk is not None
        return TrustAnchor(zone=name_from_text(origin), key=ksk.ours)

    def validate(
        self, name: str, kind: str = "A", *, now: float = NOW, anchors: Sequence[TrustAnchor] | None = None
    ) -> DnssecVerdict:
        """The verdict of the procedure under test; what it asked in each round is in ``asked``."""
        asked = Question(name=name_from_text(name), type=TYPES[kind], class_=CLASSES["IN"])
        self.asked = []
        procedure = validate(
            asked,
            ask=lambda one: Lookup(question=one, servers=(SERVER,)),
            anchors=self.anchors if anchors is None else anchors,
            now=now,
        )
        try:
            lookups = next(procedure)
            while True:
                self.asked.append([one.question for one in lookups])
                lookups = procedure.send([self.outcome(one) for one in lookups])
        except StopIteration as end:
            outcome, verdict = end.value
            assert outcome.lookup.question == asked
            assert isinstance(verdict, DnssecVerdict)
            return verdict


def _target(zone: SignedZone, name: Name, kind: str) -> Name:
    target = zone.sets[name, TYPES[kind]][0].to_text()
    return dns.name.from_text(target)


def wire_of(question: Question, reply: Reply) -> bytes:
    """The message, without compression."""
    opt = opt_record(udp=1232, dnssec_ok=True, options=()) if reply.edns else b""
    counts = (1, len(reply.answer), len(reply.authority), 1 if opt else 0)
    head = b"".join(number.to_bytes(2, "big") for number in (7, 0x8180 | reply.rcode, *counts))
    asked = question.name + question.type.to_bytes(2, "big") + question.class_.to_bytes(2, "big")
    return head + asked + b"".join(map(_wire, [*reply.answer, *reply.authority])) + opt


def _wire(one: ResourceRecord) -> bytes:
    numbers = one.type.to_bytes(2, "big") + one.class_.to_bytes(2, "big") + one.ttl.to_bytes(4, "big")
    return one.name + numbers + len(one.rdata).to_bytes(2, "big") + one.rdata


APEX = "@ SOA ns.root. host.root. 1 7200 3600 1209600 60\n@ NS ns.root.\n"
CONTENT = (
    APEX
    + """
@ A 192.0.2.100
www A 192.0.2.101
www TXT "hello"
deep.empty A 192.0.2.103
*.w A 192.0.2.102
explicit.w A 192.0.2.104
*.alias CNAME www
cn CNAME www
nodata TXT "only txt"
mixed MX 10 Mail.EXAMPLE.
out CNAME a.plain.test.
across CNAME www.nsec3.test.
gone CNAME zz.nsec3.test.
tree DNAME www.nsec3.test.
dn DNAME nsec3.test.
loop1 CNAME loop2
loop2 CNAME loop1
"""
)
ROOT_KEYS = (Key(1, flags=257), Key(2))
TEST_KEYS = (Key(3, flags=257), Key(4))


def child(origin: str, number: int = 10, **settings: object) -> Zone:
    """A signed zone with the usual content."""
    zone = Zone(origin, CONTENT, Key(number, flags=257), Key(number + 1))
    return replace(zone, **settings)  # type: ignore[arg-type]


@cache
def usual_zones() -> tuple[Zone, ...]:
    return (
        Zone(".", APEX, *ROOT_KEYS),
        Zone("test.", APEX, *TEST_KEYS, nsec3=True),
        child("nsec.test.", 10),
        child("nsec3.test.", 20, nsec3=True),
        Zone("plain.test.", APEX + "a A 192.0.2.1\n", None, None),
    )


def internet(*more: Zone) -> Internet:
    """The root, test. and four children, some of them replaced or added to."""
    replaced = {one.origin for one in more}
    return Internet(*(one for one in usual_zones() if one.origin not in replaced), *more)


def is_asked(question: Question, name: str, kind: str) -> bool:
    return question.name == name_from_text(name) and question.type == TYPES[kind]


def octets(rdata: dns.rdata.Rdata) -> bytes:
    return rdata.to_wire() or b""


# Damages, each for the replies that it is asked for.


def where(name: str, kind: str, change: Callable[[Reply], None]) -> Damage:
    """The change to the reply to this question alone."""

    def damage(question: Question, reply: Reply) -> None:
        if question.name == name_from_text(name) and question.type == TYPES[kind]:
            change(reply)

    return damage


def covers(one: ResourceRecord, kind: str) -> bool:
    """Whether the record is a signature over this type."""
    return one.type == TYPES["RRSIG"] and int.from_bytes(one.rdata[:2], "big") == TYPES[kind]


def without(kind: str, owner: str | None = None) -> Callable[[Reply], None]:
    """The records of a type taken out, with their signatures."""

    def change(reply: Reply) -> None:
        for section in (reply.answer, reply.authority):
            section[:] = [
                one
                for one in section
                if not (one.type == TYPES[kind] or covers(one, kind))
                or (owner is not None and one.name.lower() != name_from_text(owner))
            ]

    return change


def without_signature(kind: str) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        for section in (reply.answer, reply.authority):
            section[:] = [one for one in section if not covers(one, kind)]

    return change


def edited(kind: str, edit: Callable[[bytes], bytes]) -> Callable[[Reply], None]:
    """The rdata of a type changed."""
    return _edited(lambda one: one.type == TYPES[kind], edit)


def resigned(kind: str, edit: Callable[[bytes], bytes]) -> Callable[[Reply], None]:
    """The rdata of the signatures over a type changed."""
    return _edited(lambda one: covers(one, kind), edit)


def _edited(is_meant: Callable[[ResourceRecord], bool], edit: Callable[[bytes], bytes]) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        for section in (reply.answer, reply.authority):
            section[:] = [replace(one, rdata=edit(one.rdata)) if is_meant(one) else one for one in section]

    return change


def failing(status: str) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        reply.status = status

    return change


def octet(place: int, value: int) -> Callable[[bytes], bytes]:
    """The octet at the place replaced."""
    return lambda rdata: rdata[: place % len(rdata)] + bytes([value]) + rdata[place % len(rdata) + 1 :]


def flipped(place: int, bit: int = 0) -> Callable[[bytes], bytes]:
    """One bit of the octet at the place turned."""

    def edit(rdata: bytes) -> bytes:
        at = place % len(rdata)
        return rdata[:at] + bytes([rdata[at] ^ 1 << bit]) + rdata[at + 1 :]

    return edit
