"""What holds for all commands, as tables that help and the manual print: exit codes, formats, variables, files.

A variable or file that a command looks at gets its row here, and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Row = tuple[str, str]
"""A term, and what it means."""

_RELAYS = frozenset({"cat", "listen"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading, rows, and paragraphs behind them."""

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A variable or a file that commands look at."""

    term: str
    text: str
    by: frozenset[str] = field(default=frozenset())
    """The commands that do; all when it is empty."""

    def concerns(self, command: str) -> bool:
        return not self.by or command in self.by


EXIT_CODES: tuple[Row, ...] = (
    ("128+n", "ended by signal n; Ctrl-C is 130, and what was found is printed"),
    ("4", "partly answered: some targets failed, or the work was cut short"),
    ("2", "the request is wrong: no target could be read, an unknown option"),
    ("3", "could not find out: SERVFAIL, a timeout, an answer not written"),
    ("0", "answered, at least one with yes: a name resolves, a port is open"),
    ("1", "ran to the end, and the answer is no: NXDOMAIN, nothing open"),
    ("70", "a bug of nettools"),
)
"""Of every command but cat and listen: the first that holds."""

RELAY_EXIT_CODES: tuple[Row, ...] = (
    ("128+n", "ended by signal n; Ctrl-C is 130"),
    ("0", "all went well"),
    ("1", "a network error: refused, no route, a timeout, a certificate"),
    ("2", "anything else: an unknown option, a file that cannot be read"),
    ("70", "a bug of nettools"),
)
"""Of cat and listen, which have those of ncat (ncat(1), EXIT CODE)."""

NEGATIVE_ANSWERS: Mapping[str, str] = {
    "ifaces": "there is no interface of that name, or none that fits",
    "route": "the packet goes nowhere: blackhole, unreachable, prohibit, no route; or there is no route to list",
    "resolve": "no such name, no such record, bogus with --validate, servers that differ with --compare or --all-ns, "
    "--expect not met",
    "rdns": "no address has a name",
    "scan": "all was probed and nothing is open; with --diff or --expect-file: it differs",
    "subnet": "relate --expect is not so; filter and free find nothing",
    "port-service": "nothing is registered there",
    "config": "with --path: there is no place for a file of settings",
}
"""What 1 says in each command; in those that are not named it does not happen."""

OWN_EXIT_CODES: Mapping[str, Mapping[str, str]] = {
    "ifaces": {"0": "an interface was found"},
    "route": {"0": "there are routes; a destination can be reached"},
    "resolve": {
        "0": "a name has what was asked for; with --expect: what was expected",
        "3": "servers could not or would not say: SERVFAIL, REFUSED, a timeout",
    },
    "rdns": {"0": "an address has a name", "3": "nobody could say: SERVFAIL, REFUSED, a timeout"},
    "scan": {
        "0": "something is open; with --diff or --expect-file: nothing differs",
        "3": "nothing could be sent: no such name, no route, a missing privilege",
        "4": "some targets failed, or the scan was cut short: a host timeout, a network that went away",
    },
    "subnet": {"0": "computed; with relate --expect: it is so", "3": "the answer could not be written"},
    "port-service": {"0": "something is registered there", "3": "the answer could not be written"},
    "schema": {"0": "printed", "3": "the answer could not be written"},
    "config": {
        "0": "shown",
        "2": "no such setting; all that was asked for is set to what cannot be used",
        "3": "the answer could not be written",
        "4": "shown, and some of it is set to what cannot be used, or the file cannot be read",
    },
}
"""What other codes say in each command, where there is more to say than of all."""

ENVIRONMENT: tuple[Looked, ...] = (
    Looked(term="NO_COLOR", text="not empty: no colour"),
    Looked(term="FORCE_COLOR", text="not empty and not 0: colour in tables; 0: none"),
    Looked(term="CLICOLOR_FORCE", text="not empty and not 0: colour in tables"),
    Looked(term="CLICOLOR", text="0: no colour"),
    Looked(term="TERM", text="dumb: no colour, no line that is rewritten"),
    Looked(term="COLUMNS", text="the width of the terminal"),
    Looked(term="TZ", text="the zone of the times that people read", by=frozenset({"ifaces", "route", "resolve"})),
    Looked(
        term="LOCALDOMAIN",
        text="the search list, instead of that of resolv.conf",
        by=frozenset({"resolve", "rdns"}),
    ),
    Looked(
        term="RES_OPTIONS",
        text="options that come after those of resolv.conf",
        by=frozenset({"resolve", "rdns"}),
    ),
    Looked(
        term="NETTOOLS_PROXY_AUTH",
        text="USER:PASSWORD for the proxy; NCAT_PROXY_AUTH is looked at after it",
        by=_RELAYS,
    ),
    Looked(term="NETTOOLS_CONFIG", text="another file of settings, from / on; none: no file"),
    Looked(term="XDG_CONFIG_HOME", text="where nettools/config.toml is looked for; else in $HOME/.config"),
    Looked(term="HOME", text="the home directory; unset, the password database says which it is"),
    Looked(term="TMPDIR", text="where the own end of -U -u gets a name; /tmp unless set", by=frozenset({"cat"})),
    Looked(term="PATH", text="where the program of --exec is looked for", by=_RELAYS),
)
"""Variables of the environment, those of every command first."""

PROGRAM_VARIABLES: tuple[Row, ...] = (
    ("NETTOOLS_REMOTE_ADDR", "who is at the other end: an address, or a path"),
    ("NETTOOLS_REMOTE_PORT", "from which port"),
    ("NETTOOLS_LOCAL_ADDR", "at which of our addresses"),
    ("NETTOOLS_LOCAL_PORT", "at which of our ports"),
    ("NETTOOLS_PROTO", "TCP, UDP, TLS, UNIX"),
    ("NETTOOLS_TLS_SUBJECT", "the subject of the other side's certificate"),
)
"""What a program of --exec and --sh-exec is told; all but the last also as NCAT_."""

FILES: tuple[Looked, ...] = (
    Looked(term="$XDG_CONFIG_HOME/nettools/config.toml", text="settings; ~/.config/nettools/config.toml unless set"),
    Looked(
        term="/etc/resolv.conf",
        text="name servers, search list and options; resolv.conf(5)",
        by=frozenset({"resolve", "rdns", "scan"}),
    ),
    Looked(
        term="/etc/nsswitch.conf",
        text="with --system: where the system looks names up; nsswitch.conf(5)",
        by=frozenset({"resolve"}),
    ),
    Looked(term="/etc/hosts", text="with --system: names of this machine's own; hosts(5)", by=frozenset({"resolve"})),
    Looked(
        term="/etc/services",
        text="names of ports that the registry does not know; services(5)",
        by=frozenset({"port-service", "scan"}),
    ),
    Looked(
        term="/etc/iproute2/rt_tables, rt_protos, rt_scopes",
        text="names of tables, protocols and scopes, with the files of rt_tables.d and so on; /usr/share/iproute2 "
        "comes before it",
        by=frozenset({"route"}),
    ),
    Looked(
        term="/etc/iproute2/group",
        text="names of groups of interfaces; /usr/share/iproute2 comes before it",
        by=frozenset({"ifaces"}),
    ),
    Looked(term="/run/netns", text="the network namespaces of --netns; ip-netns(8)", by=frozenset({"ifaces", "route"})),
    Looked(
        term="/sys/class/net, /proc/net",
        text="interfaces, addresses and routes where netlink is not to be had",
        by=frozenset({"ifaces", "route"}),
    ),
    Looked(
        term="/proc/sys/net/ipv4/ip_local_port_range",
        text="from which ports --syn and --ack send",
        by=frozenset({"scan"}),
    ),
)
"""Files of the system that are read, beside those that options name."""


def _exit_code_sections() -> tuple[Section, ...]:
    return (
        Section(title="Exit codes (the first that holds)", rows=EXIT_CODES),
        Section(title="When the answer is no (1)", rows=tuple(NEGATIVE_ANSWERS.items())),
        Section(
            title="Of cat and listen (those of ncat)",
            rows=RELAY_EXIT_CODES,
            notes=("A reader that goes away (nettools … | head) ends the run silently.",),
        ),
    )


def _format_sections() -> tuple[Section, ...]:
    return (
        Section(
            title="Formats (-f, --format)",
            rows=(
                ("table", "for people; folds on a terminal, never cuts; the default of most commands"),
                ("plain", "one record a line, tabs between the values, no header, - for absent"),
                ("json", 'one document: {"schema": "nettools.COMMAND/1", …, "errors": []}'),
                ("jsonl", 'one JSON record a line as it is found, each with its "type"'),
                ("csv", "RFC 4180 with a header; text that a spreadsheet would run is defused"),
            ),
        ),
        Section(
            title="Formats of one command",
            rows=(
                ("dig", "of resolve: as dig prints it"),
                ("rfc8427", "of resolve: DNS messages as JSON"),
                ("nmap-xml", "of scan: for programs that read nmap -oX"),
                ("grepable", "of scan: as nmap -oG prints it"),
            ),
            notes=(
                "--json is --format json. The bytes of all but table do not depend on terminal, locale or colour.",
                "nettools schema COMMAND prints the JSON Schema of the document, nettools schema COMMAND-lines that of "
                "a line. Within a version (the /1) keys are added, never removed or changed in type. Counts that can "
                "pass 2^53 are decimal strings, absent values null, times RFC 3339 in UTC, durations *_ms.",
                "-o FILE replaces FILE in one step at the end of the run.",
            ),
        ),
    )


def _looked_rows(table: tuple[Looked, ...]) -> tuple[Row, ...]:
    return tuple((one.term, f"{', '.join(sorted(one.by))}: {one.text}" if one.by else one.text) for one in table)


def _environment_sections() -> tuple[Section, ...]:
    return (
        Section(
            title="Environment variables",
            rows=_looked_rows(ENVIRONMENT),
            notes=(
                "Each setting has a variable too, such as NETTOOLS_FORMAT or NETTOOLS_SCAN_TIMEOUT: nettools config "
                "lists them, nettools help settings says more.",
                "Options come before variables: --color before all that speak of colour.",
            ),
        ),
        Section(
            title="Told to a program of --exec",
            rows=PROGRAM_VARIABLES,
            notes=("All but the last also as NCAT_REMOTE_ADDR and so on.",),
        ),
    )


def _file_sections() -> tuple[Section, ...]:
    return (
        Section(
            title="Files that are read",
            rows=_looked_rows(FILES),
            notes=("Nothing is ever read from the current directory unless an option names it.",),
        ),
    )


def _settings_sections() -> tuple[Section, ...]:
    return (
        Section(
            title="Settings, defaults moved once for all (the first holds)",
            rows=(
                ("--timeout 2s", "the option"),
                ("NETTOOLS_SCAN_TIMEOUT=2s", "the environment; NETTOOLS_TIMEOUT is for scan, resolve and rdns"),
                ('[scan] timeout = "2s"', "the file; timeout above all tables is for scan, resolve and rdns"),
                ("3.5s", "what is built in"),
            ),
            notes=(
                "The file is $XDG_CONFIG_HOME/nettools/config.toml, or ~/.config/nettools/config.toml. "
                "NETTOOLS_CONFIG names another, or none. None is ever read from the current directory.",
                "A setting is no option: where it does not go with an option that was given, or a mode has no use for "
                "it, it rests.",
                "A value that cannot be used ends every command with 2 and is named with FILE:LINE or its variable; a "
                "name that is no setting is a warning.",
            ),
        ),
        Section(
            title="About settings",
            rows=(
                ("nettools config", "each setting, its value, and where it came from"),
                ("nettools config --path", "the name of the file"),
                ("nettools config --template", "a file with every setting in it, commented out"),
            ),
        ),
    )


TOPICS: Mapping[str, tuple[Section, ...]] = {
    "exit-codes": _exit_code_sections(),
    "formats": _format_sections(),
    "environment": _environment_sections(),
    "files": _file_sections(),
    "settings": _settings_sections(),
}
"""What ``nettools help TOPIC`` prints."""
