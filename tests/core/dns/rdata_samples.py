"""Rdata of every type, drawn at random: mostly well made, sometimes cut, lengthened or changed."""

from collections.abc import Callable
from random import Random

from nettools.core.dns.types import CLASSES, TYPES

NAMES = (b"\0", b"\1a\0", b"\3WwW\4test\0", b"\4a.b\\\0", b"\3\0\xff@\0", b'\4"();\0')
QUESTION_TYPES = frozenset({"OPT", "IXFR", "AXFR", "MAILB", "MAILA", "ANY"})
"""Types that no record of a zone has."""

_SIZES = (0, 1, 2, 3, 20, 32, 41, 42, 43, 48, 64, 100)


class Sampler:
    """Pieces of rdata and what is made of them."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def rdata(self, type_: int) -> bytes:
        """Rdata of the type, well made as often as not."""
        made = self._well_made(type_)
        luck = self.random.random()
        if luck < 0.1:
            return made[: self.random.randrange(len(made) + 1)]
        if luck < 0.15:
            return made + self.random.randbytes(self.random.randrange(1, 3))
        if luck < 0.2 and made:
            place = self.random.randrange(len(made))
            return made[:place] + self.random.randbytes(1) + made[place + 1 :]
        return made

    def class_(self, type_: int) -> int:
        """The class in which the type is at home, rarely another one."""
        if type_ == TYPES["TSIG"]:
            return CLASSES["ANY"]
        return self.random.choice([CLASSES["IN"]] * 20 + [CLASSES["CH"], CLASSES["HS"], 5])

    def _well_made(self, type_: int) -> bytes:
        maker = _MAKERS.get(type_)
        if maker is not None:
            return maker(self)
        return self.random.choice((self.data, self.name, self.preference, self.two_names))()

    def number(self, size: int) -> bytes:
        few = self.random.randrange(20).to_bytes(size, "big")
        return self.random.choice((bytes(size), b"\xff" * size, self.random.randbytes(size), few))

    def one_of(self, *numbers: int) -> bytes:
        return bytes([self.random.choice(numbers)])

    def name(self) -> bytes:
        return self.random.choice(NAMES)

    def preference(self) -> bytes:
        return self.number(2) + self.name()

    def two_names(self) -> bytes:
        return self.name() + self.name()

    def data(self) -> bytes:
        return self.random.randbytes(self.random.choice(_SIZES))

    def string(self) -> bytes:
        if self.random.random() < 0.5:
            return _counted(self.random.randbytes(self.random.choice((0, 1, 5, 30))))
        return _counted(bytes(self.random.choices(b'abc123"\\; ,', k=self.random.choice((0, 1, 4, 5, 9)))))

    def strings(self) -> bytes:
        return b"".join(self.string() for _ in range(self.random.randrange(4)))

    def digits(self) -> bytes:
        return _counted(bytes(self.random.choices(b"0123456789", k=self.random.randrange(8))))

    def ipv6(self) -> bytes:
        groups = b"".join(self.random.choice((b"\0\0", self.random.randbytes(2))) for _ in range(8))
        heads = (b"", bytes(12), bytes(10) + b"\xff\xff", bytes(14), bytes(15))
        return (self.random.choice(heads) + groups)[:16]

    def bitmap(self) -> bytes:
        made = b""
        for window in sorted(self.random.sample((0, 1, 2, 127, 128, 255), self.random.choice((0, 1, 1, 2)))):
            bits = self.random.randbytes(self.random.choice((1, 2, 7, 32)))
            made += bytes([window]) + _counted(bits[:-1] + bytes([bits[-1] | 1]))
        return made

    def address6(self) -> bytes:
        prefix = self.random.randrange(130)
        suffix = self.random.randbytes(max(0, 16 - prefix // 8))
        if suffix and prefix % 8 and self.random.random() < 0.8:
            suffix = bytes([suffix[0] & 0xFF >> prefix % 8]) + suffix[1:]
        return bytes([prefix]) + suffix + (self.name() if prefix else b"")

    def location(self) -> bytes:
        size = self.random.choice((0, 0x12, 0x16, self.random.randrange(256)))
        sizes = bytes([size, 0x16, self.random.randrange(1, 10) << 4 | self.random.randrange(10)])
        middle = 1 << 31
        north = middle + self.random.randint(-90 * 3_600_000, 90 * 3_600_000)
        east = middle + self.random.randint(-180 * 3_600_000, 180 * 3_600_000)
        version = self.random.choice((0, 0, 0, 0, 1))
        return bytes([version]) + sizes + north.to_bytes(4, "big") + east.to_bytes(4, "big") + self.number(4)

    def prefixes(self) -> bytes:
        made = b""
        for _ in range(self.random.randrange(3)):
            prefix = self.random.randbytes(self.random.choice((0, 1, 3, 4, 5, 15, 16)))
            family, length = self.random.choice((1, 2, 1, 2, 3)), self.random.randrange(140)
            made += bytes([0, family, length, len(prefix) | self.random.choice((0, 0x80))]) + prefix
        return made

    def parameters(self) -> bytes:
        made = b""
        keys = sorted(self.random.sample(range(12), self.random.randrange(5)))
        for key in keys:
            value = self.data() if self.random.random() < 0.1 else self._value(key, keys)
            made += key.to_bytes(2, "big") + _sized(value)
        return made

    def _value(self, key: int, keys: list[int]) -> bytes:
        some = sorted(self.random.sample(keys, min(len(keys), self.random.randrange(1, 3))))
        makers: dict[int, Callable[[], bytes]] = {
            0: lambda: b"".join(one.to_bytes(2, "big") for one in some),
            1: self.strings,
            2: lambda: b"",
            3: lambda: self.number(2),
            4: lambda: self.number(4) * self.random.randrange(3),
            6: lambda: self.ipv6() * self.random.randrange(3),
            7: lambda: b"/dns-query{?dns}",
        }
        return makers.get(key, self.data)()

    def signature(self) -> bytes:
        # The signer is the root: dig refuses a signature by a zone that is not above the owner.
        moments = self.random.randrange(1 << 31).to_bytes(4, "big") + self.random.randrange(1 << 31).to_bytes(4, "big")
        return (
            self.number(2)
            + self.one_of(*range(17))
            + self.number(1)
            + self.number(4)
            + moments
            + self.number(2)
            + b"\0"
            + self.data()
        )

    def digest(self) -> bytes:
        size = self.random.choice((0, 1, 12, 20, 32, 48, 64))
        return self.one_of(*range(6)) + self.random.randbytes(size)

    def key(self) -> bytes:
        return self.number(2) + self.number(1) + self.one_of(*range(17)) + self.data()

    def relay(self) -> bytes:
        return self.random.choice((b"", self.number(4), self.ipv6(), self.name()))

    def hashed(self) -> bytes:
        next_name = self.random.choice((_counted(self.data()), _counted(self.random.randbytes(20))))
        return self.number(4) + _counted(self.data()) + next_name + self.bitmap()

    def host_identity(self) -> bytes:
        tag, key = self.data(), self.data()
        servers = b"".join(self.name() for _ in range(self.random.randrange(3)))
        return bytes([len(tag)]) + self.number(1) + len(key).to_bytes(2, "big") + tag + key + servers

    def substitution(self) -> bytes:
        expression = self.random.choice((b"", b"!^.*$!sip:info@example.test!", b"!a!b!i"))
        return self.number(4) + _counted(b"u") + _counted(b"E2U+sip") + _counted(expression) + self.name()


def _counted(data: bytes) -> bytes:
    return bytes([len(data)]) + data


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


_OF_NAMES: dict[str, Callable[[Sampler], bytes]] = {
    "A": lambda it: it.number(4),
    "A6": Sampler.address6,
    "AAAA": Sampler.ipv6,
    "WKS": lambda it: it.number(5) + it.data(),
    "HINFO": lambda it: it.string() + it.string(),
    "ISDN": lambda it: it.string() + it.random.choice((b"", it.string())),
    "X25": Sampler.digits,
    "GPOS": lambda it: it.string() + it.string() + it.string(),
    "LOC": Sampler.location,
    "NXT": lambda it: it.name() + it.random.randbytes(it.random.choice((0, 1, 16, 17))),
    "SRV": lambda it: it.number(6) + it.name(),
    "ATMA": lambda it: it.one_of(0, 1, 2) + it.random.choice((it.data(), it.digits()[1:])),
    "NAPTR": Sampler.substitution,
    "CERT": lambda it: it.number(4) + it.number(1) + it.data(),
    "APL": Sampler.prefixes,
    "SSHFP": lambda it: it.number(1) + it.digest(),
    "IPSECKEY": lambda it: it.number(1) + it.one_of(0, 1, 2, 3, 4) + it.number(1) + it.relay() + it.data(),
    "AMTRELAY": lambda it: it.number(1) + it.one_of(0, 1, 2, 3, 4, 0x81, 0x84) + it.relay(),
    "NSEC": lambda it: it.name() + it.bitmap(),
    "NSEC3": Sampler.hashed,
    "NSEC3PARAM": lambda it: it.number(4) + _counted(it.data()),
    "HIP": Sampler.host_identity,
    "CSYNC": lambda it: it.number(4) + it.number(2) + it.bitmap(),
    "ZONEMD": lambda it: it.number(4) + it.number(1) + it.digest(),
    "TKEY": lambda it: it.name() + it.number(4) * 2 + it.number(2) * 2 + _sized(it.data()) + _sized(it.data()),
    "TSIG": lambda it: it.name() + it.number(8) + _sized(it.data()) + it.number(2) * 2 + _sized(it.data()),
    "URI": lambda it: it.number(4) + it.data(),
    "CAA": lambda it: it.number(1) + it.random.choice((it.string(), b"\5issue", b"\6isSue9")) + it.data(),
    "DOA": lambda it: it.number(4) + it.number(4) + it.number(1) + it.string() + it.data(),
    "EUI48": lambda it: it.number(6),
    "EUI64": lambda it: it.number(8),
    "L32": lambda it: it.number(6),
    "IPN": lambda it: it.number(8),
    "SOA": lambda it: it.two_names() + it.number(4) * 5,
    "DSYNC": lambda it: it.number(2) + it.number(1) + it.number(2) + it.name(),
    "SINK": lambda it: it.number(3) + it.data(),
    "RKEY": lambda it: bytes(2) + it.key()[2:],
    "PX": lambda it: it.number(2) + it.two_names(),
    **dict.fromkeys(("RP", "MINFO", "TALINK"), Sampler.two_names),
    **dict.fromkeys(("MX", "AFSDB", "RT", "KX", "LP"), Sampler.preference),
    **dict.fromkeys(("NS", "MD", "MF", "CNAME", "MB", "MG", "MR", "PTR", "DNAME", "NSAP-PTR"), Sampler.name),
    **dict.fromkeys(("TXT", "SPF", "AVC", "NINFO", "RESINFO", "WALLET", "CLA"), Sampler.strings),
    **dict.fromkeys(("RRSIG", "SIG"), Sampler.signature),
    **dict.fromkeys(("DNSKEY", "CDNSKEY", "KEY"), Sampler.key),
    **dict.fromkeys(("DS", "CDS", "DLV", "TA"), lambda it: it.number(3) + it.digest()),
    **dict.fromkeys(("TLSA", "SMIMEA"), lambda it: it.number(3) + it.data()),
    **dict.fromkeys(("SVCB", "HTTPS"), lambda it: it.number(2) + it.name() + it.parameters()),
    **dict.fromkeys(("NID", "L64"), lambda it: it.number(2) + it.number(8)),
}
_MAKERS = {TYPES[name]: maker for name, maker in _OF_NAMES.items()}
