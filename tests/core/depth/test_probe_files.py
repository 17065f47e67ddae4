"""Every file of ``data/probes`` is valid, has a source, is harmless to match, and is shown to work by a sample."""

import re
from pathlib import Path
from time import perf_counter

import pytest

from nettools import data
from nettools.core.connect.starttls import PROTOCOLS
from nettools.core.depth.catalog import NEVER_SPOKEN_TO, Catalog
from nettools.core.depth.probe import GREETING, ServiceProbe
from nettools.core.depth.probe_file import ProbeFileError, check_patterns, parse_probe
from nettools.core.depth.readers import reader
from tests.core.depth.pattern_cost import ways_of
from tests.core.depth.sample_files import CATALOG, FOLDER

PROBES = sorted(CATALOG.probes.values(), key=lambda one: one.name)
MOST_WAYS = 1 << 20
"""In how many ways the quantifiers of one pattern may share out an answer: at 30 ns each, 30 ms at the very worst."""
LARGEST_QUESTION = 1024
SECONDS_TO_LOAD = 0.06


def by_name(probe: ServiceProbe) -> str:
    return probe.name


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", ".*", "a{1,}", "(?:a{1,9}){1,9}b", "(?:(?:ab){0,9}a?){1,9}c", r"(a)\1", "(?=a)a"]
)
def test_the_check_refuses_dangerous_patterns(pattern: str) -> None:
    with pytest.raises(AssertionError):
        ways_of(pattern)


def test_the_check_counts_what_can_be_shared_out_in_many_ways() -> None:
    assert ways_of(".{0,3999}?.{0,3999}x") == 4000 * 4000


@pytest.mark.parametrize(
    "pattern", ["abc", "[^ ]{1,40} x", ".{0,4000}?x", "(?:a[0-9]{1,3};){0,9}z", "a{1,99}(?:ab){0,1}", "(?:ab?){1,9}"]
)
def test_the_check_lets_harmless_patterns_pass(pattern: str) -> None:
    assert ways_of(pattern) <= MOST_WAYS


def test_there_are_many_protocols() -> None:
    assert len({one.service for one in PROBES}) >= 60


def test_all_files_are_read_in_an_instant() -> None:
    texts = dict(data.files("probes", ".toml"))
    times = []
    for _ in range(3):
        start = perf_counter()
        assert len(Catalog(texts).probes) == len(texts)
        times.append(perf_counter() - start)
    assert min(times) < SECONDS_TO_LOAD


@pytest.mark.parametrize("probe", PROBES, ids=by_name)
def test_a_file_names_its_source(probe: ServiceProbe) -> None:
    assert len(probe.source) > 10
    assert "nmap" not in probe.source.lower()


@pytest.mark.parametrize("probe", PROBES, ids=by_name)
def test_a_file_fits_the_others(probe: ServiceProbe) -> None:
    names = CATALOG.probes.keys()
    assert probe.hears <= {GREETING, *names}
    assert set(probe.also) <= names
    assert probe.after <= {one.service for one in PROBES}
    assert probe.starttls is None or probe.starttls in PROTOCOLS
    if probe.reader is not None:
        assert callable(reader(probe.reader))
    for heard in probe.hears - {GREETING}:
        assert CATALOG.probes[heard].says is not None


@pytest.mark.parametrize("probe", PROBES, ids=by_name)
def test_a_question_is_short_and_goes_somewhere(probe: ServiceProbe) -> None:
    if probe.says is None:
        return
    assert 0 < len(probe.says) < LARGEST_QUESTION
    assert probe.ports or probe.tls_ports or probe.after or probe.is_general
    assert not (probe.ports | probe.tls_ports) & NEVER_SPOKEN_TO


@pytest.mark.parametrize("probe", PROBES, ids=by_name)
def test_patterns_compile_and_cannot_take_long(probe: ServiceProbe) -> None:
    for matcher in probe.matchers:
        check_patterns(matcher)
        for pattern in matcher.where.values():
            assert ways_of(pattern) <= MOST_WAYS, pattern


@pytest.mark.parametrize("probe", PROBES, ids=by_name)
def test_a_sample_shows_that_a_file_works(probe: ServiceProbe) -> None:
    if probe.matchers or probe.reader:
        assert (FOLDER / f"{probe.name}.toml").exists()


def test_no_sample_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} <= CATALOG.probes.keys()


def test_readers_are_all_used() -> None:
    folder = Path(reader("http").__code__.co_filename).parent  # type: ignore[attr-defined]
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert modules == {one.reader for one in PROBES if one.reader}


VALID = 'service = "x"\nsource = "RFC 1"\nsays = "hello"\n[[match]]\npattern = "x"\n'


def test_a_small_file_is_enough() -> None:
    probe = parse_probe("x", VALID)
    assert probe.says == b"hello"
    assert probe.transports == {"tcp"}
    assert probe.order == 5


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("X", VALID, "lower-case"),
        ("x", "service = ", "Invalid value"),
        ("x", VALID.replace("service", "servce"), "service is missing"),
        ("x", VALID.replace('source = "RFC 1"', ""), "source is missing"),
        ("x", VALID.replace('says = "hello"', ""), "something to say"),
        ("x", VALID.replace("says", "says_hex"), "not octets"),
        ("x", VALID.replace("hello", "\u20ac"), "not octets"),
        ("x", 'says_hex = "00"\n' + VALID, "exclude each other"),
        ("x", VALID.replace('"hello"', '""'), "says nothing"),
        ("x", "color = 1\n" + VALID, "unknown key color"),
        ("x", "ports = [65536]\n" + VALID, "port numbers"),
        ("x", "ports = [true]\n" + VALID, "port numbers"),
        ("x", "ports = 80\n" + VALID, "port numbers"),
        ("x", "order = 0\n" + VALID, "1 to 9"),
        ("x", "order = true\n" + VALID, "a number"),
        ("x", 'transports = ["sctp"]\n' + VALID, "tcp, udp or both"),
        ("x", 'general = "yes"\n' + VALID, "true or false"),
        ("x", 'hears = "http"\n' + VALID, "list of texts"),
        ("x", 'reader = "../x"\n' + VALID, "module in core/depth/readers"),
        ("x", VALID.partition("[[")[0], "neither a match nor a reader"),
        ("x", VALID.replace('pattern = "x"', ""), "needs a pattern"),
        ("x", VALID.replace('pattern = "x"', 'where = { head = "x" }'), "no part head"),
        ("x", VALID.replace('pattern = "x"', 'pattern = "x"\nweight = 3'), "unknown key weight"),
        ("x", VALID.replace('pattern = "x"', "pattern = 3"), "must be text"),
        ("x", VALID.replace("[[match]]", "[match]"), "must be tables"),
    ],
)
def test_what_a_file_cannot_mean_is_refused(name: str, text: str, why: str) -> None:
    with pytest.raises(ProbeFileError, match=re.escape(why)):
        parse_probe(name, text)


@pytest.mark.parametrize("match", ['pattern = "("', 'pattern = "x"\nversion = "{nowhere}"', 'pattern = "\u20ac"'])
def test_a_pattern_that_means_nothing_is_found_by_its_author(match: str) -> None:
    probe = parse_probe("x", VALID.replace('pattern = "x"', match))
    with pytest.raises(ValueError, match=r".+"):
        check_patterns(probe.matchers[0])
