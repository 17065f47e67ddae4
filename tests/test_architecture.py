"""The house: which way imports point, what a command may load, how long a module may be."""

import ast
import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import nettools
from nettools.cli import COMMANDS
from tests import peers
from tests.cli import PROJECT, run, variables
from tests.commands.relay_runs import listening
from tests.dns_servers.zone import name_server

PACKAGE = Path(nettools.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE = 300
# Of dnspython: what speaks to servers, reads the system's files or the clock. Transfers and updates belong to them.
SPEAKING_PARTS_OF_DNSPYTHON = {"query", "resolver", "nameserver", "quic", "xfr", "update", "inet", "asyncquery"}
SPEAKING_PARTS_OF_DNSPYTHON |= {"asyncresolver", "asyncbackend", "_asyncbackend", "_trio_backend", "_asyncio_backend"}

LOADED = """
import io, json, sys
from nettools import cli
from nettools.commands._environment import Environment
out, err = io.BytesIO(), io.BytesIO()
world = Environment(
    stdin=io.BytesIO(), stdout=out, stderr=err,
    stdin_is_terminal=False, stdout_is_terminal=False, stderr_is_terminal=False,
    encoding="utf-8", variables={"XDG_CONFIG_HOME": "/nonexistent"}, columns=None,
)
status = cli.main(sys.argv[1:], environment=world)
print(json.dumps({"status": status, "wrote": len(out.getvalue()), "modules": sorted(sys.modules)}))
"""

# cat and listen write to descriptor 1 itself, and close it: the modules are told on standard error.
LOADED_AT_EXIT = """
import json, sys
from nettools import cli
cli.main(sys.argv[1:])
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
UNUSED_BY_A_RELAY = {"ssl", "rich", "dns", "asyncio", "email", "http", "hashlib", "cryptography", "pydantic", "h2"}


def loaded_by(*argv: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after running the command, which must have answered."""
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, *argv],
        env=variables(),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    about = json.loads(ended.stdout)
    assert about["status"] in (0, 1)
    assert about["wrote"] > 0
    return set(about["modules"])


def packages(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_the_contracts_of_import_linter_are_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    if not program.exists() and shutil.which("lint-imports") is None:
        peers.unavailable("needed to check how modules import each other: lint-imports (PyPI import-linter)")
    ended = subprocess.run(
        [program if program.exists() else "lint-imports", "--no-cache"],
        env=variables(),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("words", [["--help"], [], ["--version"], ["help", "exit-codes"]])
def test_what_is_about_the_tool_loads_no_command_and_no_framework(words: list[str]) -> None:
    modules = loaded_by(*words)
    assert not {f"nettools.commands.{name.replace('-', '_')}" for name in COMMANDS} & modules
    assert not {"typer", "rich"} & packages(modules)


# selectors comes with nothing that may be loaded here; select is built in and costs nothing.
@pytest.mark.parametrize("answer_format", ["json", "jsonl", "csv", "plain"])
def test_subnet_as_data_loads_nothing_that_it_does_not_use(answer_format: str) -> None:
    modules = loaded_by("subnet", "192.0.2.0/24", "--format", answer_format)
    assert not {"rich", "dns", "ssl", "asyncio", "socket", "pydantic", "click"} & packages(modules)
    assert not {name for name in modules if name.startswith("nettools.net")}


@pytest.mark.parametrize(
    "words", [["port-service", "22", "--json"], ["scan", "127.0.0.1", "22", "--json"]], ids=["port-service", "scan"]
)
def test_data_is_written_without_rich(words: list[str]) -> None:
    assert not {"rich", "dns", "ssl", "asyncio", "pydantic"} & packages(loaded_by(*words))


@pytest.mark.parametrize(
    "words",
    [
        ["resolve", "www.test", "A", "AAAA", "--json"],
        ["resolve", "www.test", "A", "--short"],
        ["resolve", "alias.test", "-x", "192.0.2.1", "--format", "csv"],
        ["resolve", "nothere.test", "A", "--nsid", "--cookie", "--subnet", "192.0.2.0/24", "--format", "jsonl"],
        ["resolve", "www.test", "A", "--format", "rfc8427"],
        ["rdns", "192.0.2.0/30", "--json"],
        ["rdns", "192.0.2.1", "--format", "plain"],
    ],
    ids=" ".join,
)
def test_one_question_loads_only_what_its_answer_needs(words: list[str]) -> None:
    records = "www.test 60 A 192.0.2.1\nalias.test 60 CNAME www.test\n1.2.0.192.in-addr.arpa 60 PTR www.test\n"
    with name_server(records, origin=".") as port:
        modules = loaded_by(*words, f"@127.0.0.1:{port}")
    assert not {"rich", "dns", "idna", "ssl", "cryptography", "asyncio", "pydantic"} & packages(modules)


@pytest.mark.parametrize("words", [[], ["--timeline", "--events", "/dev/null", "-v"], ["-z", "--json"]], ids=str)
def test_octets_cross_a_plain_connection_without_what_others_need(words: list[str]) -> None:
    with listening("--service", "daytime", "--keep-open") as server:
        code = [sys.executable, "-c", LOADED_AT_EXIT, "cat", "127.0.0.1", server.port, *words]
        ended = subprocess.run(code, env=variables(), cwd=PROJECT, capture_output=True, timeout=60, check=True)
    modules = set(json.loads(ended.stderr.splitlines()[-1]))
    assert not UNUSED_BY_A_RELAY & packages(modules)
    assert not {"nettools.runs.connect_agree", "nettools.commands._cat_send", "nettools.net.relay.children"} & modules


@pytest.mark.parametrize("words", [[], ["--keep-open"], ["--service", "echo"], ["--broker"]], ids=str)
def test_listen_loads_only_what_its_mode_needs(words: list[str]) -> None:
    code = [sys.executable, "-c", LOADED_AT_EXIT, "listen", "0", "--idle-timeout", "1ms", *words]
    process = subprocess.Popen(code, env=variables(), cwd=PROJECT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        assert process.stderr is not None
        assert b"listening on" in process.stderr.readline()
        process.terminate()
        modules = set(json.loads(process.communicate(timeout=60)[1].splitlines()[-1]))
    finally:
        process.kill()
    assert not UNUSED_BY_A_RELAY & packages(modules)
    others = {"nettools.net.serve.handler", "nettools.net.proxy_server.handler", "nettools.net.relay.programs"}
    assert not others & modules


NEEDED_BY_NO_PLAIN_RELAY = (
    "nettools.runs.connect_agree.",
    "nettools.core.proxy.",
    "nettools.core.relay.hex_dump",
    "nettools.core.relay.hub",
    "nettools.core.relay.pace",
    "nettools.core.relay.terminal",
    "nettools.core.subnet.",
    "nettools.core.tls.",
    "nettools.net.relay.children",
    "nettools.net.listen.datagram_",
    "nettools.net.service.",
    "nettools.net.host_lookup",
    "nettools.net.relay.hub",
    "nettools.net.relay.programs",
    "nettools.net.relay.session_log",
    "nettools.render.byte_progress",
)


def relaying(*argv: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", LOADED_AT_EXIT, *argv],
        env=variables(),
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def loaded_by_relay(started: "subprocess.Popen[str]") -> set[str]:
    """The modules that it has loaded when it has relayed one connection that says ``answer``."""
    said, told = started.communicate("question\n", timeout=60)
    assert said == "answer\n"
    return set(json.loads(told.splitlines()[-1]))


def assert_plain(modules: set[str]) -> None:
    assert not (UNUSED_BY_A_RELAY | {"secrets", "random"}) & packages(modules)
    assert not {name for name in modules if f"{name}.".startswith(NEEDED_BY_NO_PLAIN_RELAY)}


def test_a_plain_cat_loads_only_what_its_connection_needs() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        started = relaying("cat", "127.0.0.1", str(server.getsockname()[1]))
        server.settimeout(30)
        accepted, _ = server.accept()
        with accepted:
            accepted.sendall(b"answer\n")
            accepted.shutdown(socket.SHUT_WR)
            modules = loaded_by_relay(started)
    assert_plain(modules)
    assert not {name for name in modules if name.startswith(("nettools.net.listen", "nettools.core.listen.access"))}


def test_a_plain_listen_loads_only_what_its_client_needs() -> None:
    started = relaying("listen", "-4", "0", "--announce-listen")
    assert started.stderr is not None
    place = next(line.split() for line in started.stderr if line.startswith("listening "))
    with socket.create_connection((place[1], int(place[2])), timeout=30) as client:
        client.sendall(b"answer\n")
        client.shutdown(socket.SHUT_WR)
        modules = loaded_by_relay(started)
    assert_plain(modules)
    assert not {"nettools.net.connect.dial", "nettools.net.listen.unix_listeners"} & modules


def test_a_command_loads_no_other_command() -> None:
    ours = {name for name in loaded_by("port-service", "22", "--json") if name.startswith("nettools.commands.")}
    public = {name for name in ours if not name.removeprefix("nettools.commands.").startswith("_")}
    assert public == {"nettools.commands.port_service"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_and_has_help_with_examples(name: str) -> None:
    outcome = run("help", name)
    assert outcome.status == 0
    _, _, examples = outcome.stdout.partition("Examples:\n")
    assert f"nettools {name} " in examples


@pytest.mark.parametrize("name", COMMANDS)
def test_every_commands_summary_is_one_sentence(name: str) -> None:
    assert COMMANDS[name].endswith(".")
    assert "\n" not in COMMANDS[name]
    assert len(COMMANDS[name]) <= 80


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_short_enough_to_be_read_whole(path: Path) -> None:
    # Ours is the source that people read: data stands in data files.
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_says_what_it_is_for(path: Path) -> None:
    module = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(module)


def imported_modules(path: Path) -> set[str]:
    """Whatever a module imports, at its top or inside a function; ``from a import b`` may name the module a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{one.name}" for one in node.names}
    return found


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.is_relative_to(PACKAGE / "core")],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_core_takes_only_the_computing_parts_of_dnspython(path: Path) -> None:
    speaking = {f"dns.{name}" for name in SPEAKING_PARTS_OF_DNSPYTHON}
    assert not imported_modules(path) & speaking


def test_errors_import_nothing_of_ours() -> None:
    tree = ast.parse((PACKAGE / "errors.py").read_text(encoding="utf-8"))
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in imported] == ["from typing import ClassVar"]
