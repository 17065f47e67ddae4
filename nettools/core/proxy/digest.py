"""HTTP Digest authentication with MD5 and SHA-256 (RFC 7616), and without ``qop`` as RFC 2069 had it."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from typing import Final, Literal

from nettools.core.proxy.challenge import Challenge, quoted_string
from nettools.core.proxy.credentials import Credentials

Algorithm = Literal["SHA-256", "MD5"]

_PREFERENCE: Final[tuple[Algorithm, ...]] = ("SHA-256", "MD5")


def algorithm_of(challenge: Challenge) -> Algorithm | None:
    """None for one that we do not have; MD5 where none is named (RFC 7616 §3.3)."""
    named = challenge.parameters.get("algorithm", "MD5").upper()
    return next((one for one in _PREFERENCE if one == named), None)


def digest_response(
    algorithm: Algorithm,
    credentials: Credentials,
    *,
    realm: str,
    method: str,
    uri: str,
    nonce: str,
    count: str,
    client_nonce: str,
    qop: str,
) -> str:
    """The ``response`` (RFC 7616 §3.4.1); ``qop`` is auth or empty, ``count`` eight hexadecimal digits.

    Text from the wire has one character for each octet.
    """
    hashed = _hash(algorithm)
    secret = hashed(
        b":".join((credentials.user_octets, realm.encode("latin-1", "replace"), credentials.password_octets))
    )
    request = hashed(f"{method}:{uri}".encode("latin-1", "replace"))
    middle = [nonce, count, client_nonce, qop] if qop else [nonce]
    return hashed(":".join([secret, *middle, request]).encode("latin-1", "replace"))


def choose_challenge(challenges: Iterable[Challenge]) -> Challenge | None:
    """The one to answer: Digest before Basic, which tells the password; the stronger hash before the weaker."""
    best: Challenge | None = None
    for challenge in challenges:
        if _rank(challenge) < (_rank(best) if best is not None else _UNKNOWN):
            best = challenge
    return best


_UNKNOWN: Final = len(_PREFERENCE) + 1


def _rank(challenge: Challenge) -> int:
    if challenge.scheme == "basic":
        return len(_PREFERENCE)
    if challenge.scheme != "digest" or "nonce" not in challenge.parameters or "realm" not in challenge.parameters:
        return _UNKNOWN
    algorithm = algorithm_of(challenge)
    if algorithm is None or _qop(challenge) is None:
        return _UNKNOWN
    return _PREFERENCE.index(algorithm)


def _qop(challenge: Challenge) -> str | None:
    """auth, empty where the proxy knows of none, None where it wants another."""
    offered = challenge.parameters.get("qop")
    if offered is None:
        return ""
    return "auth" if "auth" in [word.strip().lower() for word in offered.split(",")] else None


def authorization(challenge: Challenge, credentials: Credentials, *, method: str, uri: str, client_nonce: str) -> str:
    """The value of Proxy-Authorization that answers a challenge that ``choose_challenge`` chose."""
    if challenge.scheme == "basic":
        return basic_authorization(credentials)
    algorithm, qop = algorithm_of(challenge), _qop(challenge)
    assert algorithm is not None
    assert qop is not None
    asked = challenge.parameters
    count = f"{1:08x}"  # each nonce is used once: the request behind this one is no longer to the proxy
    response = digest_response(
        algorithm,
        credentials,
        realm=asked["realm"],
        method=method,
        uri=uri,
        nonce=asked["nonce"],
        count=count,
        client_nonce=client_nonce,
        qop=qop,
    )
    words = [
        f"username={quoted_string(credentials.user_octets.decode('latin-1'))}",
        f"realm={quoted_string(asked['realm'])}",
        f"nonce={quoted_string(asked['nonce'])}",
        f"uri={quoted_string(uri)}",
        f"response={quoted_string(response)}",
    ]
    if "algorithm" in asked:
        words.append(f"algorithm={algorithm}")
    if "opaque" in asked:
        words.append(f"opaque={quoted_string(asked['opaque'])}")
    if qop:
        words += [f"qop={qop}", f"nc={count}", f"cnonce={quoted_string(client_nonce)}"]
    return f"Digest {', '.join(words)}"


def basic_authorization(credentials: Credentials) -> str:
    """RFC 7617 §2."""
    return f"Basic {b64encode(credentials.user_octets + b':' + credentials.password_octets).decode('ascii')}"


def _hash(algorithm: Algorithm) -> Callable[[bytes], str]:
    import hashlib  # wanted only where a proxy asks for it

    if algorithm == "MD5":
        return lambda octets: hashlib.md5(octets, usedforsecurity=False).hexdigest()
    return lambda octets: hashlib.sha256(octets).hexdigest()
