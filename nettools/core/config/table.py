"""The one table of settings.

Left out on purpose is whatever runs a program (``exec``, ``sh-exec``), writes a file (``output``, ``keylog``, logs),
weakens a check (``insecure``, ``any``, ``yes``), or says what is asked (targets, types, ``from``): a default that
somebody set long ago must not do any of that. Flags that no other flag undoes are left out too.
"""

from collections.abc import Mapping
from typing import Final

from nettools.core.config.checks import (
    formats,
    name_server,
    one_of,
    parser,
    path,
    proxy,
    proxy_type,
    scan_ports,
)
from nettools.core.config.setting import Setting

_SCAN: Final = "scan.option_values"
_QUESTION: Final = "resolve.option_values"
_IDLE: Final = ("relay.option_values", "parse_idle_timeout_s")
_KEEPALIVE: Final = ("connect.socket_options", "parse_keepalive_s")

_QUESTIONS: Final = (
    ("timeout", parser(_QUESTION, "parse_timeout_s"), '"5s"'),
    ("tries", parser(_QUESTION, "parse_tries"), "2"),
    ("concurrency", parser(_QUESTION, "parse_concurrency"), "1000"),
    ("rate", parser(_QUESTION, "parse_rate"), "500"),
)
"""What commands that ask name servers have in common."""


def _format(section: str, *more: str) -> Setting:
    usual = "table; plain for lists of networks" if section in ("", "subnet") else "table"
    return Setting(section=section, key="format", check=formats(*more), sample='"table"', built_in=usual)


SETTINGS: Final = (
    _format(""),
    Setting(section="", key="color", check=one_of("auto", "always", "never"), sample='"auto"'),
    Setting(section="", key="progress", check=one_of("auto", "never", "jsonl"), sample='"auto"'),
    Setting(
        section="",
        key="timeout",
        check=parser(_SCAN, "parse_timeout_s"),
        sample='"3s"',
        help="The --timeout of scan, resolve and rdns, where they have none of their own.",
    ),
    _format("ifaces"),
    Setting(section="ifaces", key="interval", check=parser("ifaces.rates", "parse_interval_s"), sample='"1s"'),
    _format("route"),
    _format("resolve", "dig", "rfc8427"),
    Setting(section="resolve", key="server", check=name_server, sample='"192.0.2.53"', kind="repeatable"),
    *(Setting(section="resolve", key=key, check=check, sample=sample) for key, check, sample in _QUESTIONS),
    Setting(section="resolve", key="interval", check=parser(_QUESTION, "parse_interval_s"), sample='"5s"'),
    Setting(section="resolve", key="bufsize", check=parser(_QUESTION, "parse_bufsize"), sample="1232"),
    Setting(section="resolve", key="search", check=path, sample="true", kind="flag"),
    Setting(section="resolve", key="cafile", check=path, sample='"/etc/ssl/certs/company.pem"', kind="file"),
    Setting(section="resolve", key="trust-anchor", check=path, sample='"/etc/nettools/anchors.txt"', kind="file"),
    Setting(section="resolve", key="root-hints", check=path, sample='"/etc/nettools/root.hints"', kind="file"),
    _format("rdns"),
    Setting(section="rdns", key="server", check=name_server, sample='"192.0.2.53"', kind="repeatable"),
    *(Setting(section="rdns", key=key, check=check, sample=sample) for key, check, sample in _QUESTIONS),
    Setting(section="rdns", key="cafile", check=path, sample='"/etc/ssl/certs/company.pem"', kind="file"),
    _format("cat"),
    Setting(section="cat", key="wait", check=parser("connect.order", "parse_wait_s"), sample='"10s"'),
    Setting(section="cat", key="retry", check=parser("connect.retry", "parse_retries"), sample="0"),
    Setting(section="cat", key="backoff", check=parser("connect.retry", "parse_backoff_s"), sample='"500ms"'),
    Setting(section="cat", key="idle-timeout", check=parser(*_IDLE), sample='"10m"'),
    Setting(section="cat", key="keepalive", check=parser(*_KEEPALIVE), sample='"1m"'),
    Setting(section="cat", key="tls-min", check=parser("tls.options", "parse_version"), sample='"1.2"'),
    Setting(section="cat", key="cafile", check=path, sample='"/etc/ssl/certs/company.pem"', kind="file"),
    Setting(section="cat", key="proxy", check=proxy, sample='"proxy.example:3128"'),
    Setting(section="cat", key="proxy-type", check=proxy_type, sample='"http"'),
    Setting(section="cat", key="proxy-dns", check=parser("proxy.settings", "parse_proxy_dns"), sample='"remote"'),
    Setting(section="cat", key="proxy-auth-file", check=path, sample='"~/.config/nettools/proxy-auth"', kind="file"),
    Setting(section="listen", key="max-conns", check=parser("listen.settings", "parse_most_clients"), sample="100"),
    Setting(section="listen", key="idle-timeout", check=parser(*_IDLE), sample='"10m"'),
    Setting(section="listen", key="keepalive", check=parser(*_KEEPALIVE), sample='"1m"'),
    Setting(section="listen", key="tls-min", check=parser("tls.options", "parse_version"), sample='"1.2"'),
    _format("scan", "nmap-xml", "grepable"),
    Setting(section="scan", key="ports", check=scan_ports, sample='"top:100"', kind="repeatable"),
    Setting(section="scan", key="discover", check=path, sample="false", kind="flag"),
    Setting(section="scan", key="timeout", check=parser(_SCAN, "parse_timeout_s"), sample='"3.5s"'),
    Setting(section="scan", key="host-timeout", check=parser(_SCAN, "parse_host_timeout_s"), sample='"15m"'),
    Setting(section="scan", key="retries", check=parser(_SCAN, "parse_retries"), sample="2"),
    Setting(section="scan", key="rate", check=parser(_SCAN, "parse_rate_pps"), sample="1000"),
    Setting(section="scan", key="delay", check=parser(_SCAN, "parse_delay_s"), sample='"10ms"'),
    Setting(section="scan", key="max-in-flight", check=parser(_SCAN, "parse_max_in_flight"), sample="1000"),
    Setting(section="scan", key="order", check=one_of("random", "ascending"), sample='"random"'),
    _format("subnet"),
    _format("port-service"),
)
"""Every setting, those of several commands first, then each command's in the order of the commands."""

BY_NAME: Final[Mapping[str, Setting]] = {one.name: one for one in SETTINGS}
BY_VARIABLE: Final[Mapping[str, Setting]] = {one.variable: one for one in SETTINGS}
SECTIONS: Final = tuple(dict.fromkeys(one.section for one in SETTINGS if one.section))


def general(setting: Setting) -> Setting | None:
    """The setting that holds where this one is not set: of several commands, under the same key."""
    return BY_NAME.get(setting.key) if setting.section else None


def settings_of(section: str) -> tuple[Setting, ...]:
    """Those that a command uses: its own, and what holds for all commands and it has no own of."""
    own = {one.key: one for one in SETTINGS if one.section == section}
    for_all = (BY_NAME[key] for key in ("format", "color", "progress") if key not in own)
    return (*own.values(), *for_all)
