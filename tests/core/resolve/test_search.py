"""The search list with hand-made outcomes. tests/differential/test_glibc_peers.py holds that its order is glibc's."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.name import name_text
from nettools.core.dns.types import TYPES
from nettools.core.resolve.lookup import Lookup, Outcome
from nettools.core.resolve.resolv_conf import ResolvConf
from nettools.core.resolve.search import Candidate, Searched, search_names, searched
from tests.core.resolve.outcomes import answered, lookup_of

A, AAAA = TYPES["A"], TYPES["AAAA"]
CONF = ResolvConf(search=("a.test", "b.test"))

Answer = Callable[[Lookup], Outcome]


def names(name: str, conf: ResolvConf = CONF, *, with_enough_dots: bool = True) -> list[str]:
    return [one.name for one in search_names(name, conf, with_enough_dots=with_enough_dots)]


def search(name: str, answers: dict[str, str], *, conf: ResolvConf = CONF, timeout_s: float = 5.0) -> Searched:
    """Run the search; a name that is not in the answers does not exist, ``slow`` is a timeout after two seconds."""

    def answer(lookup: Lookup) -> Outcome:
        kind = answers.get(name_text(lookup.question.name), "nxdomain")
        if kind == "answered" or kind == {A: "only4", AAAA: "only6"}[lookup.question.type]:
            return answered(lookup, "answered", "192.0.2.1" if lookup.question.type == A else "2001:db8::1")
        if kind == "slow":
            return answered(lookup, "timeout", duration_ms=2000)
        if kind == "alias":
            return answered(lookup, "nodata", alias="elsewhere.test")
        return answered(lookup, "nodata" if kind in ("only4", "only6") else kind)

    procedure = searched(
        search_names(name, conf), lambda wire, kind: lookup_of(wire, kind, timeout_s=timeout_s), [A, AAAA]
    )
    lookups = next(procedure)
    while True:
        assert [one.question.type for one in lookups] == [A, AAAA]
        assert len({one.question.name for one in lookups}) == 1
        try:
            lookups = procedure.send([answer(one) for one in lookups])
        except StopIteration as end:
            result: Searched = end.value
            return result


def steps(result: Searched) -> list[tuple[str, str]]:
    return [(one.name, one.status) for one in result.steps]


@pytest.mark.parametrize(
    ("name", "ndots", "expected"),
    [
        ("www", 1, ["www.a.test.", "www.b.test.", "www."]),
        ("www.sub", 1, ["www.sub.", "www.sub.a.test.", "www.sub.b.test."]),
        ("www.sub", 2, ["www.sub.a.test.", "www.sub.b.test.", "www.sub."]),
        ("www", 0, ["www.", "www.a.test.", "www.b.test."]),
        ("www.", 1, ["www."]),
        ("www.sub.", 5, ["www.sub."]),
        (".", 5, ["."]),
    ],
)
def test_a_name_with_fewer_dots_than_ndots_is_tried_as_it_stands_last(
    name: str, ndots: int, expected: list[str]
) -> None:
    assert names(name, ResolvConf(search=CONF.search, ndots=ndots)) == expected


def test_names_with_enough_dots_can_be_kept_from_the_list() -> None:
    assert names("www.sub", with_enough_dots=False) == ["www.sub."]
    assert names("www", with_enough_dots=False) == names("www")


def test_without_a_list_the_name_is_tried_as_it_stands() -> None:
    assert names("www", ResolvConf()) == ["www."]


def test_no_tld_query_never_tries_a_single_label_as_it_stands() -> None:
    conf = ResolvConf(search=CONF.search, no_tld_query=True)
    assert names("www", conf) == ["www.a.test.", "www.b.test."]
    assert names("www.sub", conf)[0] == "www.sub."


def test_a_domain_that_makes_no_name_ends_the_list() -> None:
    conf = ResolvConf(search=("a.test", "y" * 64, "b.test"))
    assert names("www", conf) == ["www.a.test.", "www."]


def test_the_first_name_with_an_answer_of_any_type_ends_the_search() -> None:
    result = search("www", {"www.b.test.": "only6", "www.": "answered"})
    assert steps(result) == [("www.a.test.", "nxdomain"), ("www.b.test.", "answered")]
    assert result.name == "www.b.test."
    assert [one.status for one in result.outcomes] == ["nodata", "answered"]


@pytest.mark.parametrize("kind", ["nxdomain", "nodata", "servfail"])
def test_a_name_that_is_not_there_and_a_server_that_fails_let_the_search_go_on(kind: str) -> None:
    result = search("www", {"www.a.test.": kind, "www.b.test.": "answered"})
    assert steps(result) == [("www.a.test.", kind), ("www.b.test.", "answered")]


@pytest.mark.parametrize("kind", ["timeout", "refused", "formerr", "notimp"])
def test_any_other_failure_ends_the_list_and_leaves_the_name_as_given(kind: str) -> None:
    result = search("www", {"www.a.test.": kind, "www.b.test.": "answered"})
    assert steps(result) == [("www.a.test.", kind), ("www.", "nxdomain")]


def test_refused_connections_end_the_search() -> None:
    result = search("www", {"www.a.test.": "unreachable", "www.": "answered"})
    assert steps(result) == [("www.a.test.", "unreachable")]


def test_an_alias_that_leads_nowhere_is_an_answer() -> None:
    result = search("www", {"www.a.test.": "alias", "www.b.test.": "answered"})
    assert steps(result) == [("www.a.test.", "nodata")]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, "www."),
        ({"www.a.test.": "servfail", "www.b.test.": "nodata"}, "www.b.test."),
        ({"www.a.test.": "servfail"}, "www.a.test."),
        ({"www.": "nodata"}, "www."),
    ],
)
def test_when_nothing_is_found_the_most_telling_name_is_told(answers: dict[str, str], expected: str) -> None:
    assert search("www", answers).name == expected


def test_a_name_that_was_tried_as_it_stands_first_is_told() -> None:
    assert search("www.sub", {"www.sub.a.test.": "nodata"}).name == "www.sub."


def test_the_root_in_the_list_is_asked_once() -> None:
    result = search("www", {}, conf=ResolvConf(search=(".", "a.test", "a.test")))
    assert steps(result) == [("www.", "nxdomain"), ("www.a.test.", "nxdomain")]


def test_the_whole_search_takes_no_longer_than_one_lookup_may() -> None:
    asked: list[float] = []
    procedure = searched(search_names("www", CONF), lambda wire, kind: lookup_of(wire, kind, timeout_s=5.0), [A])
    lookups = next(procedure)
    for duration_ms in (4000, 900):
        asked.append(lookups[0].timeout_s)
        lookups = procedure.send([answered(lookups[0], "servfail", duration_ms=duration_ms)])
    asked.append(lookups[0].timeout_s)
    assert asked == pytest.approx([5.0, 1.0, 0.1])


def test_when_the_time_is_over_no_more_is_asked() -> None:
    assert steps(search("www", {"www.a.test.": "slow"}, timeout_s=2.0)) == [("www.a.test.", "timeout")]


_labels = st.from_regex(r"[a-z]{1,3}(\.[a-z]{1,3}){0,2}\.?", fullmatch=True)
_kinds = st.sampled_from(["answered", "only4", "only6", "nodata", "nxdomain", "servfail", "refused", "timeout"])


@given(
    name=_labels,
    ndots=st.integers(0, 3),
    domains=st.lists(_labels, max_size=4),
    kinds=st.lists(_kinds, min_size=8, max_size=8),
)
def test_every_search_ends_with_what_was_tried(name: str, ndots: int, domains: list[str], kinds: list[str]) -> None:
    conf = ResolvConf(search=tuple(domains), ndots=ndots)
    candidates = search_names(name, conf)
    assert any(one == Candidate(name=name.removesuffix(".") + ".", is_as_given=True) for one in candidates)
    answers = dict(zip((one.name for one in candidates), kinds, strict=False))
    result = search(name, answers, conf=conf)
    tried = [one.name for one in result.steps]
    assert len(set(tried)) == len(tried)
    assert tried[0] == candidates[0].name
    assert result.name in tried
    is_found = any(one.status == "answered" for one in result.outcomes)
    assert is_found == any(one.status == "answered" for one in result.steps)
