"""Options of cat and listen: what has no effect is refused, and so is nonsense, before anything is done; status 2."""

import json
import shlex

import pytest

from tests.cli import run

LISTED = "nettools ifaces lists them"
CAT = "127.0.0.1 9"
LISTEN = "0"


def refused(*words: str) -> str:
    """What is said about it, without the name of the command."""
    outcome = run(*words)
    assert outcome.status == 2, outcome.stderr
    assert outcome.raw_stdout == b""
    assert outcome.stderr.count("\n") == 1
    assert outcome.stderr.startswith(f"nettools {words[0]}: ")
    return outcome.stderr.removeprefix(f"nettools {words[0]}: ").rstrip("\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("-4 -6", "--ipv4 and --ipv6 exclude each other"),
        ("--send-only --recv-only", "--send-only and --recv-only exclude each other"),
        ("-e true -c true", "--exec and --sh-exec exclude each other"),
        ("-u --mptcp", "--udp and --mptcp exclude each other"),
        ("-u --nodelay", "--nodelay does not go with --udp"),
        ("-u --keepalive 1s", "--keepalive does not go with --udp"),
        ("-u --no-shutdown", "--no-shutdown does not go with --udp"),
        ("-e true --raw", "--raw does not go with --exec"),
        ("-e true -q 1s", "--quit-after does not go with --exec"),
        ("-c true --send-only", "--send-only does not go with --sh-exec"),
        ("-c true --telnet", "--telnet does not go with --sh-exec"),
        ("--recv-only --crlf", "--crlf does not go with --recv-only"),
        ("--recv-only --delay 1s", "--delay does not go with --recv-only"),
        ("--recv-only --limit-rate 1k", "--limit-rate does not go with --recv-only"),
        ("--recv-only -q 1s", "--quit-after does not go with --recv-only"),
        ("--recv-only --no-shutdown", "--no-shutdown does not go with --recv-only"),
        ("--send-only --raw", "--raw does not go with --send-only"),
        ("--send-only --no-shutdown", "--no-shutdown does not go with --send-only"),
        ("--append-output", "--append-output is for --output and --hex-dump"),
        ("-o same -x same", "--output and --hex-dump name the same file"),
        ("--tls --key k", "--key is given without --cert; a key proves nothing without its certificate"),
        ("--events -", "--events - would mix with the data; name a file, or /dev/stderr"),
    ],
)
@pytest.mark.parametrize(("command", "place"), [("cat", CAT), ("listen", LISTEN)])
def test_options_of_both_that_do_not_go_together(command: str, place: str, words: str, said: str) -> None:
    assert refused(command, *place.split(), *words.split()) == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("-z --timeline", "--timeline does not go with --zero"),
        ("-z --crlf", "--crlf does not go with --zero"),
        ("-z --raw", "--raw does not go with --zero"),
        ("-z -o log", "--output does not go with --zero"),
        ("-z -i 1s", "--idle-timeout does not go with --zero"),
        ("-z --send f", "--zero and --send exclude each other"),
        ("-z -e true", "--zero and --exec exclude each other"),
        ("-z --events -", "--events - would mix with the answer; name a file, or /dev/stderr"),
        ("--send f --crlf", "--crlf does not go with --send"),
        ("--send f -u", "--udp does not go with --send"),
        ("--send f -x log", "--hex-dump does not go with --send"),
        ("--send f -e true", "--send and --exec exclude each other"),
        ("--resume", "--resume is for --send"),
        ("--stay --send-only", "--stay and --send-only exclude each other"),
        ("--stay --recv-only", "--stay does not go with --recv-only"),
        ("--stay -u", "--stay does not go with --udp"),
        ("-u --tls", "--tls does not go with --udp"),
        ("-u --proxy 127.0.0.1:9", "--proxy does not go with --udp"),
        ("--mptcp --proxy 127.0.0.1:9", "--mptcp does not go with --proxy"),
        ("--backoff 1s", "--backoff is for --retry"),
        ("--cert f", "--cert is for --tls and --starttls"),
        ("--pin f", "--pin is for --tls and --starttls"),
        ("--insecure", "--insecure is for --tls and --starttls"),
        ("--tls --insecure --cafile f", "--insecure and --cafile exclude each other"),
        ("--proxy-type http", "--proxy-type is for --proxy"),
        ("--proxy-dns local", "--proxy-dns is for --proxy"),
        ("-U --source /x", "--source does not go with --unix; with -u it is the path to which answers come"),
        ("-U -4", "--ipv4 does not go with --unix"),
        ("-U -p 5", "--source-port does not go with --unix"),
        ("--json", "what the other side says is no record; --events writes what happens as JSONL"),
    ],
)
def test_options_of_cat_that_do_not_go_together(words: str, said: str) -> None:
    if words == "--json":
        outcome = run("cat", *CAT.split(), words)
        assert (outcome.status, outcome.json["schema"]) == (2, "nettools.error/1")
        assert f"{outcome.json['errors'][0]['message']}; {outcome.json['errors'][0]['hint']}" == said
    else:
        assert refused("cat", *CAT.split(), *words.split()) == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--service echo --serve .", "--service and --serve exclude each other"),
        ("--broker -e true", "--exec and --broker exclude each other"),
        ("--chat --service echo", "--service and --chat exclude each other"),
        ("--forward 127.0.0.1:9 --receive", "--forward and --receive exclude each other"),
        ("--service echo --crlf", "--crlf does not go with --service"),
        ("--service echo -o log", "--output does not go with --service"),
        ("--service echo --recv-only", "--recv-only does not go with --service"),
        ("--serve . --limit-rate 1k", "--limit-rate does not go with --serve"),
        ("--serve . -u", "--udp does not go with --serve"),
        ("--proxy-server http -u", "--proxy-server does not go with --udp"),
        ("--receive -u", "--receive does not go with --udp"),
        ("--receive --raw", "--raw does not go with --receive"),
        ("--forward 127.0.0.1:9 --telnet", "--telnet does not go with --forward"),
        ("--broker --raw", "--raw does not go with --broker"),
        ("--chat -q 1s", "--quit-after does not go with --chat"),
        ("-k -q 1s", "--quit-after does not go with --keep-open"),
        ("-m 5", "--max-conns is for --keep-open, --serve, --proxy-server, --broker and --chat"),
        ("-u --service echo -i 1s", "--idle-timeout does not go with --service and --udp: there are no clients"),
        ("-k -u --service echo -m 5", "--max-conns does not go with --service and --udp: there are no clients"),
        ("--mode 600", "--mode is for --unix"),
        ("--unlink-first", "--unlink-first is for --unix"),
        ("-U --any", "--any does not go with --unix"),
        ("-U --allow ::1", "--allow does not go with --unix"),
        ("--proxy-auth a:b", "--proxy-auth is for --proxy-server"),
        (
            "--proxy-server http --proxy-auth a",
            "a proxy needs a password to ask for; write USER:PASSWORD",
        ),
        ("--cert f", "--cert is for --tls"),
        ("-u --tls", "--tls does not go with --udp"),
    ],
)  # fmt: skip
def test_options_of_listen_that_do_not_go_together(words: str, said: str) -> None:
    assert refused("listen", LISTEN, *words.split()) == said


@pytest.mark.parametrize("words", ["--any", "0.0.0.0", "::", "--any --deny 192.0.2.0/24", "--any -k"])
@pytest.mark.parametrize("program", ["--exec", "--sh-exec"])
def test_a_program_beyond_loopback_needs_rules(words: str, program: str) -> None:
    said = refused("listen", *words.split(), "0", program, "true")
    assert said == (
        "a program for whoever comes from anywhere is an open door; say for whom with --allow or --allowfile"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "the host and the port are missing; write HOST PORT or HOST:PORT, as in nettools cat localhost 8080"),
        ("127.0.0.1", "the port of '127.0.0.1' is missing; write HOST PORT or HOST:PORT"),
        ("::1:80", "'::1:80' is an address without a port; an address with a port is written [::1]:80"),
        ("127.0.0.1 0", "nobody can be reached at port 0"),
        ("127.0.0.1 65536", "port 65536 is out of range 0–65535"),
        ("127.0.0.1 1 2", "'2' is one word too many; write HOST PORT or HOST:PORT"),
        ("http://127.0.0.1:1", "'http://127.0.0.1:1' is a URL; write HOST PORT or HOST:PORT"),
        ("-n localhost 80", "'localhost' is a name, and -n takes none; write an address, or leave out -n"),
        ("-4 ::1 80", "::1 is IPv6, and only IPv4 is wanted"),
        ("-U", "the path is missing; write -U PATH, or -U @NAME for an abstract socket"),
        ("-- --help", "the port of '--help' is missing; write HOST PORT or HOST:PORT"),
        (f"{CAT} -w 0", "--wait 0 is out of range 0.001 s to 86400 s"),
        (f"{CAT} -i 0", "--idle-timeout 0 is out of range 0.001 s to 31622400 s"),
        (f"{CAT} -p x", "--source-port: port 'x' is not a number"),
        (f"{CAT} --retry x", "--retry 'x' is not a whole number"),
        (f"{CAT} --limit-rate 0", "--limit-rate 0 is out of range 1 to 1125899906842624 bytes"),
        (f"{CAT} --ttl 256", "--ttl 256 is out of range 1 to 255"),
        (f"{CAT} --tos 256", "--tos 256 is out of range 0 to 255"),
        (f"{CAT} --interface ''", "--interface has an empty value; is a variable unset?"),
        (f"{CAT} --interface {'x' * 16}", f"--interface '{'x' * 16}' is no name of an interface; {LISTED}"),
        (f"{CAT} -e ''", "--exec has an empty value; is a variable unset?"),
        (f"{CAT} -e ' '", "--exec: the program is missing; write --exec '/bin/cat -n', for instance"),
        (f"{CAT} -e nosuchprogram", "--exec: there is no program 'nosuchprogram' in PATH"),
        (f"{CAT} --proxy 127.0.0.1:9 --proxy-type x", "there is no proxy type 'x'; there are http, socks4 and socks5"),
        (f"{CAT} --proxy 127.0.0.1:9 --proxy-dns x", "--proxy-dns 'x' is neither local nor remote"),
        (f"{CAT} --events /none/f", "--events: cannot open '/none/f' for writing: No such file or directory"),
        (f"{CAT} -o /nonexistent/f", "--output: cannot open '/nonexistent/f' for writing: No such file or directory"),
        (f"{CAT} --send /nonexistent", "cannot read '/nonexistent': No such file or directory"),
    ],
)  # fmt: skip
def test_nonsense_for_cat_is_named(words: str, said: str) -> None:
    assert refused("cat", *shlex.split(words)) == said


@pytest.mark.parametrize("option", ["--cert", "--cafile", "--keylog", "--ciphers"])
def test_what_tls_cannot_use_is_told_before_anybody_is_connected_to(option: str) -> None:
    said = refused("cat", *CAT.split(), "--tls", option, "/nonexistent/file")
    assert "/nonexistent/file" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "the port is missing; write [HOST] PORT or [HOST]:PORT, as in nettools listen 8080"),
        ("65536", "port 65536 is out of range 0–65535"),
        ("::1 0 -4", "::1 is not IPv4; leave -4 out"),
        ("192.0.2.1 0", "192.0.2.1 is no address of this machine; nettools ifaces lists those it has"),
        ("0 -k -m 0", "--max-conns 0 is out of range 1 to 1000000"),
        ("0 --allow x", "'x' is not an IP address: IPv4 has four octets, this has 1"),
        ("0 --allow 127.0.0.1,,::1", "--allow '127.0.0.1,,::1': a rule is empty; write 192.0.2.0/24,2001:db8::1"),
        ("0 --allowfile /nonexistent", "cannot read /nonexistent: No such file or directory"),
        ("0 --proxy-server x", "there is no proxy server 'x'; there are http and socks5"),
        ("0 --serve /nonexistent", "cannot serve '/nonexistent': No such file or directory"),
        ("0 --forward 127.0.0.1", "the port of '127.0.0.1' is missing; write --forward HOST:PORT"),
        ("0 --proxy-server nope", "there is no proxy server 'nope'; there are http and socks5"),
        ("0 --receive /nonexistent/f/g", "the folder '/nonexistent/f' cannot be opened: No such file or directory"),
        ("-U /nonexistent/f", "cannot listen on '/nonexistent/f': No such file or directory"),
        ("-U /tmp --mode 999", "--mode '999' is not an octal number up to 777; write 600, 660 or 666"),
    ],
)  # fmt: skip
def test_nonsense_for_listen_is_named(words: str, said: str) -> None:
    assert refused("listen", *shlex.split(words)) == said


def test_a_failure_as_json_is_a_document_where_json_stands_in_argv() -> None:
    outcome = run("listen", "65536", "--json")
    assert outcome.status == 2
    assert [one["kind"] for one in json.loads(outcome.stdout)["errors"]] == ["bad-option"]
