"""What can be asked of one connection together."""

from typing import Final

from nettools.runs.together import refuse_alone, refuse_several, refuse_without_effect

TLS: Final = ("cert", "key", "cafile", "alpn", "ciphers", "tls_min", "keylog")
"""What says how TLS is done, by either side."""
EXCLUDE: Final = (("proxy_auth", "proxy_auth_file"), ("insecure", "cafile"))
WITHOUT_EFFECT: Final = {
    "udp": ("proxy", "starttls", "tls"),
    "unix": ("numeric", "source_port", "interface", "proxy"),
    "vsock": ("numeric", "source", "interface", "proxy"),
    "proxy": ("mptcp",),
}
ALONE: Final = {
    "backoff": ("retry",),
    "key": ("cert",),
    **dict.fromkeys((*TLS, "insecure", "servername", "pin"), ("tls", "starttls")),
    **dict.fromkeys(("proxy_type", "proxy_auth", "proxy_auth_file", "proxy_dns"), ("proxy",)),
}


def check_connection(asked: object) -> None:
    """Raise OptionError for what excludes or needs each other; ``asked`` is a dataclass of options."""
    for names in EXCLUDE:
        refuse_several(asked, names)
    refuse_without_effect(asked, WITHOUT_EFFECT)
    refuse_alone(asked, ALONE)
