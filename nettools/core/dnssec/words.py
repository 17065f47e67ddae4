"""How keys, signatures and times are named in the sentences of a verdict."""

from datetime import UTC, datetime, timedelta
from typing import Final

from nettools.core.dnssec.algorithms import algorithm_name, digest_name
from nettools.core.dnssec.records import Dnskey, Ds, Rrsig
from nettools.core.dnssec.serial import serial_distance
from nettools.core.dnssec.sets import RecordSet

_DAY_S: Final = 86_400
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def key_words(algorithm: int, tag: int) -> str:
    """
    >>> key_words(13, 12345)
    'ECDSAP256SHA256 key 12345'
    """
    return f"{algorithm_name(algorithm)} key {tag}"


def dnskey_words(key: Dnskey) -> str:
    return key_words(key.algorithm, key.tag)


def ds_words(ds: Ds) -> str:
    """
    >>> ds_words(Ds(tag=20326, algorithm=8, digest_type=2, digest=b""))
    'the SHA-256 of RSASHA256 key 20326'
    """
    return f"the {digest_name(ds.digest_type)} of {key_words(ds.algorithm, ds.tag)}"


def rrsig_words(signature: Rrsig, records: RecordSet) -> str:
    return f"RRSIG by {key_words(signature.algorithm, signature.tag)} over {records}"


def time_words(serial: int, now: int) -> str:
    """A time of an RRSIG: the day in UTC, and the time of day as well when it is within a day of now.

    >>> time_words(1792540800, 1795000000)
    '2026-10-21'
    """
    distance_s = serial_distance(now, serial)
    moment = _EPOCH + timedelta(seconds=now + distance_s)
    return f"{moment:%Y-%m-%d}" if abs(distance_s) >= _DAY_S else f"{moment:%Y-%m-%d %H:%M:%S} UTC"
