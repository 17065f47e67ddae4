"""What certificates say, as cryptography reads them, and octets that are none."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from nettools.core.tls import der
from nettools.core.tls.certificate import read_certificate
from nettools.core.tls.der import DerError

NOW = datetime(2026, 11, 20, 12, 34, 56, tzinfo=UTC)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@cache
def a_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def signed(
    names: list[x509.GeneralName],
    *,
    subject: x509.Name | None = None,
    before: datetime = NOW,
    after: datetime = NOW + timedelta(days=1),
    key: Key | None = None,
) -> x509.Certificate:
    signer = key or a_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject or x509.Name([]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer")]))
        .public_key(signer.public_key())
        .serial_number(1)
        .not_valid_before(before)
        .not_valid_after(after)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(signer, None if isinstance(signer, ed25519.Ed25519PrivateKey) else SHA256())


LABELS = st.text("abcxyz019-*_", min_size=1, max_size=12)
NAMES = st.lists(
    st.one_of(
        st.lists(LABELS, min_size=1, max_size=4).map(lambda labels: x509.DNSName(".".join(labels))),
        st.ip_addresses().map(x509.IPAddress),
        LABELS.map(lambda text: x509.RFC822Name(f"{text}@mail.test")),
        LABELS.map(lambda text: x509.UniformResourceIdentifier(f"https://{text}/")),
        LABELS.map(lambda text: x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]))),
    ),
    max_size=8,
)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
MOMENTS = st.integers(min_value=-7300, max_value=150_000).map(
    lambda days: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=days, seconds=days % 86_400)
)


def as_getpeercert(name: x509.GeneralName) -> Iterator[tuple[str, str]]:
    if isinstance(name, x509.DNSName):
        yield "DNS", name.value
    elif isinstance(name, x509.IPAddress):
        yield "IP Address", str(name.value)
    elif isinstance(name, x509.RFC822Name):
        yield "email", name.value
    elif isinstance(name, x509.UniformResourceIdentifier):
        yield "URI", name.value


@settings(max_examples=60)
@given(names=NAMES, words=st.lists(WORDS, max_size=3), before=MOMENTS, days=st.integers(min_value=0, max_value=9000))
def test_certificates_read_as_cryptography_reads_them(
    names: list[x509.GeneralName], words: list[str], before: datetime, days: int
) -> None:
    kinds = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.LOCALITY_NAME)
    subject = x509.Name([x509.NameAttribute(kind, word) for kind, word in zip(kinds, words, strict=False)])
    made = signed(names, subject=subject, before=before, after=before + timedelta(days=days))
    read = read_certificate(made.public_bytes(Encoding.DER))
    spki = made.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert read.spki_sha256 == sha256(spki).hexdigest()
    assert read.names == tuple(pair for name in names for pair in as_getpeercert(name))
    assert read.subject == made.subject.rfc4514_string()
    assert read.issuer == "CN=issuer"
    assert (read.not_before, read.not_after) == (made.not_valid_before_utc, made.not_valid_after_utc)


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        rsa.generate_private_key(65537, 2048),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["P-384", "RSA", "Ed25519"],
)
def test_the_pin_is_that_of_the_public_key_whatever_its_kind(key: Key) -> None:
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert read_certificate(signed([], key=key).public_bytes(Encoding.DER)).spki_sha256 == sha256(spki).hexdigest()


def test_controls_in_a_subject_are_escaped_and_its_parts_cannot_be_forged() -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'a,O=evil+\x1b[2J"\x00\n')])
    read = read_certificate(signed([], subject=name).public_bytes(Encoding.DER))
    assert read.subject == 'CN=a\\,O=evil\\+\\1B[2J\\"\\00\\0A'


def test_names_with_nul_and_other_controls_stay_as_they_are() -> None:
    """They equal no host name; whoever shows them escapes them."""
    names = [b"good.test\0.evil.test", b"\x1b[31m.test", b"\xff.test"]
    made = raw_names([(0x82, name) for name in names])
    assert read_certificate(made).names == (
        ("DNS", "good.test\0.evil.test"),
        ("DNS", "\x1b[31m.test"),
        ("DNS", "\\xff.test"),
    )


def test_ten_thousand_names_are_read() -> None:
    made = signed([x509.DNSName(f"n{number}.test") for number in range(10_000)])
    names = read_certificate(made.public_bytes(Encoding.DER)).names
    assert len(names) == 10_000
    assert names[-1] == ("DNS", "n9999.test")


def test_an_address_of_another_length_is_left_out() -> None:
    assert read_certificate(raw_names([(0x87, b"\1\2\3"), (0x87, b"\1\2\3\4")])).names == (
        ("IP Address", str(ip_address("1.2.3.4"))),
    )


def tlv(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


EMPTY_NAME = tlv(0x30, b"")
VALIDITY = tlv(0x30, tlv(0x17, b"490101000000Z") + tlv(0x17, b"500101000000Z"))
ALGORITHM = tlv(0x30, tlv(0x06, b"\x2a\x03"))
KEY = tlv(0x30, ALGORITHM + tlv(0x03, b"\0key"))
SAN = tlv(0x06, b"\x55\x1d\x11")


def raw(*, validity: bytes = VALIDITY, behind: bytes = b"", version: bytes = b"") -> bytes:
    """A certificate of these parts: nobody verifies it here."""
    body = version + tlv(0x02, b"\1") + ALGORITHM + EMPTY_NAME + validity + EMPTY_NAME + KEY + behind
    return tlv(0x30, tlv(0x30, body) + ALGORITHM + tlv(0x03, b"\0signature"))


def raw_names(entries: list[tuple[int, bytes]], *, times: int = 1) -> bytes:
    names = tlv(0x30, b"".join(tlv(tag, content) for tag, content in entries))
    extension = tlv(0x30, SAN + tlv(0x04, names))
    return raw(behind=tlv(0xA3, tlv(0x30, extension * times)), version=tlv(0xA0, tlv(0x02, b"\2")))


def test_two_digits_of_a_year_turn_over_at_fifty() -> None:
    read = read_certificate(raw())
    assert (read.not_before.year, read.not_after.year) == (2049, 1950)
    assert read.names == ()
    assert read.subject == ""


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x30",
        b"\x30\x80\0\0",
        tlv(0x30, b""),
        raw() + b"\0",
        raw()[:-1],
        raw(validity=tlv(0x30, tlv(0x17, b"490101000000Z"))),
        raw(validity=tlv(0x30, tlv(0x17, b"491301000000Z") * 2)),
        raw(validity=tlv(0x30, tlv(0x17, b"49010100000Z") * 2)),
        raw(validity=tlv(0x30, tlv(0x02, b"490101000000Z") * 2)),
        raw_names([(0x82, b"a.test")], times=2),
        raw(behind=tlv(0xA3, tlv(0x30, tlv(0x30, SAN)))),
    ],
    ids=[
        "nothing",
        "one octet",
        "indefinite",
        "empty",
        "octets behind",
        "cut",
        "one time",
        "month 13",
        "a digit missing",
        "number for a time",
        "names twice",
        "extension without value",
    ],
)
def test_what_is_no_certificate_is_refused(octets: bytes) -> None:
    with pytest.raises(DerError):
        read_certificate(octets)


GOOD = signed([x509.DNSName("a.test"), x509.IPAddress(ip_address("192.0.2.1"))]).public_bytes(Encoding.DER)


@given(place=st.integers(min_value=0, max_value=len(GOOD) - 1), octet=st.integers(min_value=0, max_value=255))
def test_damage_is_refused_or_read_but_never_more(place: int, octet: int) -> None:
    damaged = GOOD[:place] + bytes([octet]) + GOOD[place + 1 :]
    try:
        read = read_certificate(damaged)
    except DerError:
        return
    assert len(read.spki_sha256) == 64


@given(st.binary(max_size=200))
def test_any_octets_are_elements_or_refused(octets: bytes) -> None:
    try:
        found = list(der.elements(octets))
    except DerError:
        return
    assert b"".join(bytes(element.whole) for element in found) == octets


@given(st.binary(max_size=300), st.integers(min_value=1, max_value=4))
def test_a_length_is_written_in_the_one_shortest_way(content: bytes, count: int) -> None:
    octets = bytes([0x04, 0x80 | count]) + len(content).to_bytes(4, "big")[-count:] + content
    if len(content) >= 1 << (8 * count):
        return
    is_shortest = len(content) >= 0x80 and len(content) >> (8 * (count - 1)) > 0
    if is_shortest:
        assert der.only(octets, der.OCTET_STRING).content == content
    else:
        with pytest.raises(DerError, match="longer than it needs"):
            der.only(octets, der.OCTET_STRING)
    assert der.only(octets, der.OCTET_STRING, is_basic=True).content == content
    assert der.whole_length(octets[:6], is_basic=True) == len(octets)


@given(st.lists(st.integers(min_value=0, max_value=1 << 40), max_size=6), st.integers(0, 2), st.integers(0, 39))
def test_object_identifiers_read_as_they_are_written(arcs: list[int], first: int, second: int) -> None:
    def packed(value: int) -> bytes:
        octets = [value & 0x7F]
        while value := value >> 7:
            octets.append(0x80 | value & 0x7F)
        return bytes(reversed(octets))

    content = b"".join(packed(value) for value in (40 * first + second, *arcs))
    assert der.object_identifier(memoryview(content)) == ".".join(map(str, (first, second, *arcs)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x01",
        b"\x2a\x80",
        b"\x69" + b"\xff" * 100_000 + b"\x7f",
        b"\x69\x84" + b"\x80" * 17 + b"\x00",
    ],
    ids=["empty", "leading zero", "cut off", "endless", "above 128 bits"],
)
def test_a_bad_object_identifier_is_refused(content: bytes) -> None:
    """An endless one too: Python writes no number of more than 4,300 digits, and that ValueError is no DerError."""
    with pytest.raises(DerError):
        der.object_identifier(memoryview(content))


def test_an_identifier_made_of_a_uuid_is_read() -> None:
    whole = b"\x69\x83" + b"\xff" * 17 + b"\x7f"  # X.667: 2.25 and a number of 128 bits
    assert der.object_identifier(memoryview(whole)) == f"2.25.{(1 << 128) - 1}"
