"""Renders the configuration of the servers, starts them, waits until all of them answer, and stops them."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from tests.dns_bed import dnswire, layout, tools, zonebuild

HERE = Path(__file__).resolve().parent
STATE = "bed.json"
START_LIMIT = 30.0  # seconds until every server must answer
STOP_LIMIT = 5.0  # seconds between SIGTERM and SIGKILL

# Everything a bed writes into its folder, so that a rebuild can remove it without touching anything else.
GENERATED = (
    "keys",
    "zones",
    "run",
    "log",
    STATE,
    "tls.crt",
    "tls.key",
    "tsig.key",
    "trust-anchor.conf",
    "root.key",
    "root.hints",
    "resolv.conf",
    "hosts",
    "nsswitch.conf",
)


class BedError(Exception):
    """The bed cannot be built, started or stopped."""


# --- processes ---


@dataclass(frozen=True)
class Process:
    """A started server.  Its start time tells it from a later process that got the same pid."""

    name: str
    pid: int
    started: int

    @classmethod
    def of(cls, name: str, pid: int) -> "Process":
        status = _stat(pid)
        if status is None:
            raise BedError(f"{name} ended at once")
        return cls(name, pid, status.started)

    def alive(self) -> bool:
        status = _stat(self.pid)
        return status is not None and status.started == self.started and status.state != "Z"

    def signal(self, number: int) -> None:
        if self.alive():
            os.kill(self.pid, number)

    def family(self) -> "list[Process]":
        """The server and its children: NSD has two, all in the process group that the server leads."""
        if not self.alive():
            return []
        numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        found = [(number, _stat(number)) for number in numbers]
        return [
            Process(self.name, number, status.started)
            for number, status in found
            if status is not None and status.group == self.pid
        ]


class _Stat(NamedTuple):
    """What /proc says about a process."""

    state: str
    group: int
    started: int


def _stat(pid: int) -> _Stat | None:
    """The status of a process; None where it does not exist."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return _Stat(fields[0], int(fields[2]), int(fields[19]))


def wait_until(condition: Callable[[], bool], limit: float) -> bool:
    """Polls until the condition holds; False when the limit (in seconds) is over."""
    deadline = time.monotonic() + limit
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


# --- probes: does a server answer? ---


def ask_udp(
    address: str, port: int, name: str, rtype: int, flags: int = 0, timeout: float = 1.0
) -> dnswire.Header | None:
    """Header of the reply to one query, or None."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    ident = int.from_bytes(os.urandom(2), "big")
    with socket.socket(family, socket.SOCK_DGRAM) as udp:
        udp.settimeout(timeout)
        try:
            udp.connect((address, port))
            udp.send(dnswire.encode_query(name, rtype, ident, flags, dnssec=True))
            header = dnswire.Header.of(udp.recv(65535))
        except (OSError, ValueError):
            return None
    return header if header.ident == ident else None


def serves(address: str, port: int, *zones: str) -> bool:
    """Whether a server has an authoritative SOA for each of these zones."""
    for zone in zones:
        header = ask_udp(address, port, zone, dnswire.SOA)
        if header is None or header.rcode or not header.answers or not header.flags & dnswire.AA:
            return False
    return True


def validates(address: str, port: int) -> bool:
    """Whether a resolver vouches for a signed name."""
    header = ask_udp(address, port, "www.nsec.test", dnswire.A, dnswire.RD)
    return header is not None and bool(header.answers) and bool(header.flags & dnswire.AD)


def accepts(address: str, port: int, alpn: str | None = None) -> bool:
    """Whether a port takes a connection, and with alpn a TLS handshake for that protocol."""
    try:
        with socket.create_connection((address, port), timeout=1.0) as connection:
            return alpn is None or _handshake(connection, alpn)
    except OSError:
        return False


def _handshake(connection: socket.socket, alpn: str) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # only the protocol matters here, not who answers
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols([alpn])
    with context.wrap_socket(connection) as tls:
        return tls.selected_alpn_protocol() == alpn


def has_ipv6_loopback() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
            udp.bind(("::1", 0))
        return True
    except OSError:
        return False


def check_ports(ports: layout.Ports) -> None:
    """Fails early, and in plain words, where another program has one of the ports."""
    wanted = [(nsd.address, ports.dns) for nsd in layout.NSDS] + [(layout.RECURSIVE, ports.dns)]
    wanted += [(ports.auth, port) for port in (ports.auth_dns, ports.auth_dot, ports.auth_doh, ports.auth_http)]
    for address, port in wanted:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            try:
                try_bind(address, port, kind)
            except OSError as error:
                raise BedError(f"cannot use {address} port {port} ({error.strerror}): is another bed up?") from None


def try_bind(address: str, port: int, kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # TIME_WAIT is no obstacle
        probe.bind((address, port))


# --- the bed ---


class Bed:
    """One bed in one work folder."""

    def __init__(
        self, folder: Path, ports: layout.Ports, temporary: bool = False, dies_with_parent: bool = False
    ) -> None:
        self.folder = Path(folder)
        self.ports = ports
        self.temporary = temporary  # the folder goes when the bed stops
        self.dies_with_parent = dies_with_parent  # not even a killed bed.py may leave servers behind
        self.processes: list[Process] = []

    # State on disk: enough for another process to stop the bed.

    @classmethod
    def load(cls, folder: Path) -> "Bed":
        try:
            state = json.loads((Path(folder) / STATE).read_text())
        except OSError:
            raise BedError(f"{folder} holds no bed") from None
        bed = cls(folder, layout.Ports(**state["ports"]), state["temporary"])
        bed.processes = [Process(**process) for process in state["processes"]]
        return bed

    def save(self) -> None:
        state = {
            "ports": asdict(self.ports),
            "temporary": self.temporary,
            "processes": [asdict(process) for process in self.processes],
        }
        new = self.folder / (STATE + ".new")
        new.write_text(json.dumps(state, indent=1))
        new.replace(self.folder / STATE)

    def running(self) -> bool:
        return any(process.alive() for process in self.processes)

    # Building.

    def build(self) -> None:
        """Makes the folder's content anew: zones, keys, certificate and configuration."""
        self.clear()
        self.save()  # marks the folder as a bed's own from the first moment
        for sub in ("run", "log"):
            (self.folder / sub).mkdir()
        for name in ("auth", "recursive", *(nsd.name for nsd in layout.NSDS)):
            (self.folder / "run" / name).mkdir()
        zonebuild.Builder(self.folder).build()
        self.make_certificate()
        self.render_all()

    def clear(self) -> None:
        for name in GENERATED:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def make_certificate(self) -> None:
        zonebuild.run(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "3650",
            "-subj",
            "/CN=bed.test",
            "-addext",
            f"subjectAltName=DNS:bed.test,IP:{self.ports.auth}",
            "-keyout",
            self.folder / "tls.key",
            "-out",
            self.folder / "tls.crt",
        )

    def render_all(self) -> None:
        for name in ("tsig.key", "root.hints", "resolv.conf", "hosts", "nsswitch.conf"):
            self.render(name, self.folder / name)
        zones = "".join(
            f'zone "{zone}" {{ type primary; file "{self.zone_file(file)}"; }};\n'
            for zone, file in layout.AUTH_ZONES.items()
        )
        self.render("named-auth.conf", self.configuration("auth"), ZONES=zones)
        self.render("named-recursive.conf", self.configuration("recursive"))
        for nsd in layout.NSDS:
            self.render(
                "nsd.conf",
                self.configuration(nsd.name),
                NAME=nsd.name,
                ADDRESS=nsd.address,
                RATE_LIMIT=nsd.rate_limit,
                ZONES=self.nsd_zones(nsd),
            )

    def render(self, template: str, target: Path, **values: str | int | Path) -> None:
        """Copies a file of conf/ and fills in its @NAME@ places."""
        ports = self.ports
        values |= {
            "DIR": self.folder,
            "PORT": ports.dns,
            "AUTH": ports.auth,
            "AUTH_PORT": ports.auth_dns,
            "DOT_PORT": ports.auth_dot,
            "DOH_PORT": ports.auth_doh,
            "HTTP_PORT": ports.auth_http,
            "KEY_NAME": layout.KEY_NAME,
            "KEY_SECRET": layout.KEY_SECRET,
        }
        text = (HERE / "conf" / template).read_text()
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        target.write_text(text)

    def nsd_zones(self, nsd: layout.Nsd) -> str:
        text = "".join(
            f'zone:\n  name: "{zone}"\n  zonefile: "{self.zone_file(file)}"\n  provide-xfr: 127.0.0.0/8 NOKEY\n'
            for zone, file in nsd.files.items()
        )
        if nsd.secondary:
            text += (
                'zone:\n  name: "all.test"\n  zonefile: "all.test.secondary"\n'
                f"  request-xfr: AXFR {self.ports.auth}@{self.ports.auth_dns} {layout.KEY_NAME}\n"
                f"  provide-xfr: 127.0.0.0/8 {layout.KEY_NAME}\n"
            )
        return text

    def zone_file(self, name: str) -> Path:
        return self.folder / "zones" / name

    def configuration(self, name: str) -> Path:
        return self.folder / "run" / name / ("nsd.conf" if name.startswith("nsd") else "named.conf")

    # Starting.

    def start(self) -> None:
        """Starts every server and waits until all of them answer; stops them all again if one does not."""
        try:
            # The order matters: NSD backs off from a primary that is not there yet, and the resolver
            # remembers servers that did not answer.
            self.start_named("auth")
            self.await_answers("auth")
            for nsd in layout.NSDS:
                self.spawn(nsd.name, tools.path("nsd"), "-d", "-c", self.configuration(nsd.name))
            self.spawn("odd", *tools.module("odd"), self.ports.dns)
            for name in (*(nsd.name for nsd in layout.NSDS), "odd"):
                self.await_answers(name)
            self.start_named("recursive", "-4")
            self.await_answers("recursive")
        except BaseException:
            self.stop()
            raise

    def start_named(self, name: str, *options: str) -> None:
        self.spawn(
            name, self.named_program(), *options, "-n", "1", "-f", "-c", self.configuration(name), "-L", self.log(name)
        )

    def named_program(self) -> str:
        """Path of named: a copy of it where AppArmor would keep the packaged one out of the work folder."""
        named = tools.path("named")
        if not apparmor_confines_named():
            return named
        copy = self.folder / "run" / "named"
        if not copy.exists():
            shutil.copy(named, copy)
        return str(copy)

    def spawn(self, name: str, *command: str | int | Path) -> None:
        """Starts a server detached from the terminal, so that Ctrl-C does not reach it, and records its pid."""
        if self.dies_with_parent:
            command = (tools.path("setpriv"), "--pdeathsig", "TERM", *command)
        with open(self.log(name), "ab") as log:
            child = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self.folder / "run",
                env=tools.importable(os.environ),
            )
        self.processes.append(Process.of(name, child.pid))
        self.save()

    def log(self, name: str) -> Path:
        return self.folder / "log" / f"{name}.log"

    def await_answers(self, name: str) -> None:
        process = next(process for process in self.processes if process.name == name)
        if not wait_until(lambda: self.answers(name) or not process.alive(), START_LIMIT) or not process.alive():
            raise BedError(f"{name} does not answer; from its log: {self.log_end(name)}")

    def log_end(self, name: str) -> str:
        """The last errors that a server logged; without any, its last lines."""
        try:
            lines = self.log(name).read_text(errors="replace").splitlines()
        except OSError:
            return "(no log)"
        errors = [line for line in lines if "error:" in line or "critical:" in line]
        return " | ".join((errors or lines)[-4:])

    def answers(self, name: str) -> bool:
        """Whether a server does all of its work: every zone, every transport."""
        ports = self.ports
        if name == "auth":
            return (
                serves(ports.auth, ports.auth_dns, "all.test", *layout.AUTH_ZONES)
                and (not has_ipv6_loopback() or serves("::1", ports.auth_dns, "all.test"))
                and accepts(ports.auth, ports.auth_dot, "dot")
                and accepts(ports.auth, ports.auth_doh, "h2")
                and accepts(ports.auth, ports.auth_http)
            )
        if name == "recursive":
            return validates(layout.RECURSIVE, ports.dns)
        if name == "odd":
            return (
                "ready" in self.log("odd").read_text()
                and ask_udp(layout.ODD_NETWORK + "28", ports.dns, "www.odd.test", dnswire.A) is not None
            )
        nsd = next(nsd for nsd in layout.NSDS if nsd.name == name)
        return serves(nsd.address, ports.dns, *nsd.zones)

    def where(self, name: str) -> str:
        """The main address and port of a server, for people."""
        if name == "auth":
            return f"{self.ports.auth}:{self.ports.auth_dns}"
        if name == "odd":
            return f"{layout.ODD_NETWORK}N:{self.ports.dns}"
        addresses = {nsd.name: nsd.address for nsd in layout.NSDS} | {"recursive": layout.RECURSIVE}
        return f"{addresses[name]}:{self.ports.dns}"

    # Stopping.

    def stop(self) -> list[str]:
        """Stops the recorded processes with their children; returns the names of those that had to be killed."""
        families = [member for process in self.processes for member in process.family()]

        def survivors() -> list[Process]:
            return [member for member in families if member.alive()]

        for process in self.processes:
            process.signal(signal.SIGTERM)
        wait_until(lambda: not survivors(), STOP_LIMIT)
        killed = survivors()
        for member in killed:
            member.signal(signal.SIGKILL)
        if not wait_until(lambda: not survivors(), STOP_LIMIT):
            raise BedError("some processes do not end: " + " ".join(str(member.pid) for member in survivors()))
        return sorted({member.name for member in killed})


def apparmor_confines_named() -> bool:
    try:
        enabled = Path("/sys/module/apparmor/parameters/enabled").read_text().startswith("Y")
    except OSError:
        return False
    return enabled and Path("/etc/apparmor.d/usr.sbin.named").exists()
