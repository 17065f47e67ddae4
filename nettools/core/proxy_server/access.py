"""Who may use the proxy: the user and password of ``--proxy-auth``, said in Basic or Digest (RFC 7617, RFC 7616)."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Container
from typing import Final, Literal

from nettools.core.proxy.challenge import Challenge, parse_challenges, quoted_string
from nettools.core.proxy.credentials import Credentials
from nettools.core.proxy.digest import algorithm_of, digest_response
from nettools.errors import OptionError

REALM: Final = "nettools"
NONCE_LIFE_S: Final = 60.0
"""How long a nonce of ours is taken; then the client is given another one (``stale``)."""
_COUNT_DIGITS: Final = 8
_LONGEST_NONCE: Final = 128

Verdict = Literal["granted", "stale", "refused"]


class Access:
    """Checks credentials. ``secret`` is random octets: nonces made with them can be known again without a list."""

    def __init__(self, credentials: Credentials, *, secret: bytes) -> None:
        self._credentials = credentials
        self._secret = secret

    def challenges(self, now_s: float, *, minor: int = 1, is_stale: bool = False) -> list[str]:
        """The values of Proxy-Authenticate, the strongest first (RFC 7616 §3.7).

        Clients of HTTP/1.0 are older than SHA-256 in Digest; ncat 7.93 gives up when it sees it.
        """
        nonce = self._nonce(int(now_s))
        stale = ", stale=true" if is_stale else ""
        digest = f'Digest realm={quoted_string(REALM)}, nonce="{nonce}", qop="auth", charset=UTF-8{stale}, algorithm='
        old = [f"{digest}MD5", f'Basic realm={quoted_string(REALM)}, charset="UTF-8"']
        return [f"{digest}SHA-256", *old] if minor else old

    def check(self, values: list[str], *, method: str, uris: Container[str], now_s: float) -> Verdict:
        """What the values of Proxy-Authorization are worth for a request to what ``uris`` are names of."""
        said = parse_challenges(values)
        if len(said) != 1:
            return "refused"
        if said[0].scheme == "basic":
            return "granted" if self._is_basic(said[0].token) else "refused"
        return self._check_digest(said[0], method, uris, now_s) if said[0].scheme == "digest" else "refused"

    def is_user(self, user: bytes, password: bytes) -> bool:
        """Whether these are the user and the password (RFC 1929); it takes as long for each wrong one."""
        ours = self._credentials
        return _are_equal(user, ours.user_octets) & _are_equal(password, ours.password_octets)

    def _is_basic(self, token: str) -> bool:
        try:
            user, _, password = b64decode(token, validate=True).partition(b":")
        except (Base64Error, ValueError):
            return False
        return self.is_user(user, password)

    def _check_digest(self, said: Challenge, method: str, uris: Container[str], now_s: float) -> Verdict:
        words = said.parameters
        algorithm = algorithm_of(said)
        nonce, count = words.get("nonce", ""), words.get("nc", "")
        if algorithm is None or words.get("qop", "").lower() != "auth" or words.get("realm") != REALM:
            return "refused"
        if len(count) != _COUNT_DIGITS or not words.get("cnonce") or words.get("uri", "") not in uris:
            return "refused"
        age_s = self._age_s(nonce, now_s)
        if age_s is None:
            return "refused"
        expected = digest_response(
            algorithm,
            self._credentials,
            realm=REALM,
            method=method,
            uri=words["uri"],
            nonce=nonce,
            count=count,
            client_nonce=words["cnonce"],
            qop="auth",
        )
        is_user = _are_equal(words.get("username", "").encode("latin-1", "replace"), self._credentials.user_octets)
        if not _are_equal(words.get("response", "").lower().encode("latin-1", "replace"), expected.encode()) & is_user:
            return "refused"
        return "granted" if age_s <= NONCE_LIFE_S else "stale"

    def _nonce(self, second: int) -> str:
        """When it was made, and a proof that we made it (RFC 7616 §5.4)."""
        import hashlib
        import hmac

        return f"{second:x}-{hmac.new(self._secret, b'%d' % second, hashlib.sha256).hexdigest()}"

    def _age_s(self, nonce: str, now_s: float) -> float | None:
        """None for a nonce that is not ours."""
        moment = nonce.partition("-")[0]
        if len(nonce) > _LONGEST_NONCE or not moment or not set(moment) <= set("0123456789abcdef"):
            return None
        second = int(moment, 16)
        is_ours = _are_equal(nonce.encode("latin-1", "replace"), self._nonce(second).encode())
        return now_s - second if is_ours else None


def check_server_credentials(credentials: Credentials) -> Credentials:
    """The user and password that a proxy of ours asks for. Raises OptionError when there is no password."""
    if not credentials.password:
        raise OptionError("a proxy needs a password to ask for", hint="write USER:PASSWORD")
    return credentials


def _are_equal(left: bytes, right: bytes) -> bool:
    import hmac

    return hmac.compare_digest(left, right)
