"""Messages made by hand, for the tests of what is told of them."""

from random import Random

from nettools.core.dns.edns import opt_record
from nettools.core.dns.message import Message, ResourceRecord, parse_message
from nettools.core.dns.name import name_from_text
from nettools.core.dns.types import CLASSES, TYPES
from tests.core.dns.rdata_samples import NAMES, Sampler

HOST = name_from_text("host.test")
RESPONSE = 0x8180
"""The flags of an ordinary answer of a resolver: qr rd ra."""


def record(type_: str, rdata: bytes, *, class_: str = "IN", name: bytes = HOST, ttl: int = 300) -> ResourceRecord:
    return ResourceRecord(name=name, type=TYPES[type_], class_=CLASSES[class_], ttl=ttl, rdata=rdata)


def wire_of(record: ResourceRecord) -> bytes:
    numbers = record.type.to_bytes(2, "big") + record.class_.to_bytes(2, "big") + record.ttl.to_bytes(4, "big")
    return record.name + numbers + len(record.rdata).to_bytes(2, "big") + record.rdata


def opt(*options: tuple[int, bytes], ttl: int = 0) -> bytes:
    """An OPT record whose TTL, which holds version and flags, is given."""
    wire = opt_record(udp=1232, dnssec_ok=False, options=options)
    return wire[:5] + ttl.to_bytes(4, "big") + wire[9:]


def reply(
    answer: tuple[ResourceRecord, ...] = (),
    authority: tuple[ResourceRecord, ...] = (),
    additional: tuple[ResourceRecord, ...] = (),
    *,
    flags: int = RESPONSE,
    opt: bytes = b"",
    identifier: int = 4660,
    is_without_question: bool = False,
) -> Message:
    """A message as if it had come from a server, to the question HOST A IN."""
    question = b"" if is_without_question else HOST + b"\x00\x01\x00\x01"
    counts = (not is_without_question, len(answer), len(authority), len(additional) + bool(opt))
    header = b"".join(int(number).to_bytes(2, "big") for number in (identifier, flags, *counts))
    sections = b"".join(map(wire_of, (*answer, *authority, *additional)))
    return parse_message(header + question + sections + opt)


def some_reply(seed: int) -> Message:
    """Any reply: records of any type, well made or not, any flags, any options."""
    sampler = Sampler(Random(seed))
    random = sampler.random

    def records() -> tuple[ResourceRecord, ...]:
        types = random.choices([*TYPES.values(), 731], k=random.randrange(4))
        return tuple(
            ResourceRecord(
                name=random.choice(NAMES),
                type=type_,
                class_=sampler.class_(type_),
                ttl=random.getrandbits(32),
                rdata=sampler.rdata(type_),
            )
            for type_ in types
            if type_ != TYPES["OPT"]
        )

    options = tuple((random.randrange(22), random.randbytes(random.choice((0, 1, 2, 4, 8, 18)))) for _ in range(3))
    has_opt = random.random() < 0.7
    return reply(
        records(),
        records(),
        records(),
        flags=random.getrandbits(16),
        opt=opt(*options, ttl=random.getrandbits(32)) if has_opt else b"",
        is_without_question=random.random() < 0.1,
    )
