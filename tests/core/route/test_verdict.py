"""The explanation as it is told: each verdict, its sentence, and whether the system itself agrees."""

from ipaddress import ip_address

import pytest

from nettools.core.route.explanation import Explanation, Hop
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.route.verdict import explain, explain_prefix
from nettools.core.route.walk import Machine
from tests.core.route.machines import ask, machine, no_sysctl, prefix, sysctl

LINKS = [
    "lo | 127.0.0.1/8 scope host | ::1/128 scope host",
    "eth0 | 192.0.2.5/24 | 2001:db8::5/64",
    "eth1 | 10.0.0.5/24",
]
DEFAULT = "default via 192.0.2.1 dev eth0"


def held(*routes: str, rules: tuple[str, ...] = ()) -> Machine:
    return machine(routes, rules, LINKS)


def tell(one: Machine, question: Question | str, answer: SystemAnswer | None = None, **settings: int) -> Explanation:
    asked = ask(question) if isinstance(question, str) else question
    known = sysctl(**settings) if settings else no_sysctl
    return explain(one, asked, answer, known, word=f"word of {asked.destination}")


def said(
    kind: str | None, dev: str | None = None, gateway: str | None = None, source: str | None = None
) -> SystemAnswer:
    return SystemAnswer(
        type=kind,
        dev=dev,
        gateway=ip_address(gateway) if gateway else None,
        source=ip_address(source) if source else None,
    )


# --- each verdict once --------------------------------------------------------------------------------

VERDICTS = [
    ("forward", held(DEFAULT), "203.0.113.1", "rule 32766 → table main → 0.0.0.0/0 via 192.0.2.1 dev eth0"),
    ("local", held(DEFAULT), "192.0.2.5", "rule 0 → table local → local 192.0.2.5/32 dev eth0"),
    (
        "broadcast",
        held("broadcast 192.0.2.255 dev eth0 table local", rules=("9: nop",)),
        "192.0.2.255",
        "rule 0 → table local → broadcast 192.0.2.255/32 dev eth0",
    ),
    (
        "multicast",
        held("multicast ff00::/8 dev eth0 table local"),
        "ff02::1",
        "rule 0 → table local → multicast ff00::/8 dev eth0",
    ),
    (
        "blackhole",
        held("blackhole 203.0.113.0/24"),
        "203.0.113.1",
        "rule 32766 → table main → blackhole 203.0.113.0/24",
    ),
    ("unreachable", held(rules=("100: unreachable",)), "203.0.113.1", "rule 100 → unreachable"),
    (
        "prohibit",
        held("prohibit 2001:db8:9::/48 dev lo"),
        "2001:db8:9::1",
        "rule 32766 → table main → prohibit 2001:db8:9::/48",
    ),
    ("throw", held("throw default"), "203.0.113.1", "thrown back, and no other rule has a route"),
    ("no-route", held(), "203.0.113.1", "no route"),
]


@pytest.mark.parametrize(("verdict", "one", "destination", "summary"), VERDICTS, ids=[case[0] for case in VERDICTS])
def test_each_verdict_has_its_sentence(verdict: str, one: Machine, destination: str, summary: str) -> None:
    told = tell(one, destination)
    assert (told.verdict, told.summary) == (verdict, summary)
    assert (told.nexthop is None) == (verdict in ("blackhole", "unreachable", "prohibit", "throw", "no-route"))


# --- the sentence -------------------------------------------------------------------------------------


def test_the_losers_are_named_with_their_reasons() -> None:
    one = held(DEFAULT, "203.0.113.0/24 via 10.0.0.1 dev eth1", "203.0.113.0/24 via 10.0.0.2 dev eth1 metric 50")
    assert tell(one, "203.0.113.7").summary == (
        "rule 32766 → table main → 203.0.113.0/24 via 10.0.0.1 dev eth1"
        "; 203.0.113.0/24 lost: metric 50 is higher than 0; 0.0.0.0/0 lost: shorter prefix"
    )


def test_of_many_losers_three_are_named() -> None:
    one = held(*(f"203.0.113.0/{length} dev eth1" for length in range(24, 30)))
    assert tell(one, "203.0.113.1").summary.endswith("203.0.113.0/26 lost: shorter prefix; 2 more lost")


def test_a_multipath_route_says_how_many_next_hops_it_has() -> None:
    one = held("default nexthop via 192.0.2.1 dev eth0 nexthop via 10.0.0.1 dev eth1")
    assert tell(one, "203.0.113.1").summary == (
        "rule 32766 → table main → 0.0.0.0/0 via 192.0.2.1 dev eth0 (one of 2 next hops)"
    )


def test_what_is_not_in_the_tables_is_remarked() -> None:
    assert tell(held(), ask("203.0.113.1", outgoing="eth1")).summary == (
        "dev eth1; no route allows it, and a packet bound to eth1 then goes out on that link"
    )
    assert (
        tell(held(DEFAULT), ask("203.0.113.1", "198.51.100.9")).summary == "198.51.100.9 is no address of this machine"
    )


def test_a_system_without_rules_names_neither_rule_nor_table() -> None:
    one = machine([DEFAULT], interfaces=LINKS, has_rules=False)
    assert tell(one, "203.0.113.1").summary == "0.0.0.0/0 via 192.0.2.1 dev eth0"


def test_addresses_are_written_canonically_and_the_word_is_kept() -> None:
    told = tell(held("-6 default via fe80::1 dev eth0"), "2001:DB8:0:0::9")
    assert (told.destination, told.input) == ("2001:db8::9", "word of 2001:db8::9")
    assert told.summary == "rule 32766 → table main → ::/0 via fe80::1 dev eth0"


# --- prefixes -----------------------------------------------------------------------------------------


def told_prefix(one: Machine, text: str) -> Explanation:
    return explain_prefix(one, prefix(text), ask(str(prefix(text).first)), word=text)


def test_a_prefix_is_told_with_the_number_of_routes_inside() -> None:
    one = held(DEFAULT, "10.1.0.0/16 dev eth1", "10.1.2.0/24 dev eth0", rules=("9: nop",))
    assert told_prefix(one, "10.1.0.0/17").summary == (
        "rule 32766 → table main → 10.1.0.0/16 dev eth1; 0.0.0.0/0 lost: shorter prefix; 1 route inside it goes first"
    )
    one = held(DEFAULT, "10.1.2.0/24 dev eth0", "10.1.3.0/24 dev eth0", rules=("9: nop",))
    told = told_prefix(one, "10.1.0.0/17")
    assert told.summary == "rule 32766 → table main → 0.0.0.0/0 via 192.0.2.1 dev eth0; 2 routes inside it go first"
    assert (told.destination, told.kernel, told.source) == ("10.1.0.0/17", None, None)
    assert told.nexthop == Hop(gateway=ip_address("192.0.2.1"), dev="eth0")


def test_a_prefix_that_nothing_covers_has_no_next_hop() -> None:
    told = told_prefix(held("blackhole 10.0.0.0/8"), "10.1.0.0/16")
    assert (told.verdict, told.nexthop) == ("blackhole", None)
    assert told_prefix(held(), "10.1.0.0/16").verdict == "no-route"


# --- what the system says -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("destination", "answer"),
    [
        ("203.0.113.1", said("unicast", "eth0", "192.0.2.1", "192.0.2.5")),
        ("192.0.2.5", said("local", "lo", None, "192.0.2.5")),
        ("198.51.100.1", SystemAnswer(error="EINVAL")),
        ("198.51.100.1", SystemAnswer(error="EXDEV")),  # the same thing since Linux 6.13
        ("198.51.100.1", said("blackhole", "lo")),  # other systems say the type
        ("2001:db8:9::1", SystemAnswer(error="ENETUNREACH")),
        ("2001:db8::", said("anycast", "lo", None, "2001:db8::5")),
    ],
)
def test_agreement_is_noted(destination: str, answer: SystemAnswer) -> None:
    one = held(DEFAULT, "blackhole 198.51.100.0/24", "anycast 2001:db8:: dev eth0 table local")
    told = tell(one, destination, answer)
    assert told.kernel is not None
    assert (told.kernel.agrees, told.warnings) == (True, ())


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (said("unicast", "eth1", "10.0.0.1", "10.0.0.5"), "unicast via 10.0.0.1 dev eth1 source 10.0.0.5"),
        (said("unicast", "eth0", "192.0.2.9", "192.0.2.5"), "unicast via 192.0.2.9 dev eth0 source 192.0.2.5"),
        (said("unicast", "eth0", "192.0.2.1", "192.0.2.6"), "unicast via 192.0.2.1 dev eth0 source 192.0.2.6"),
        (said("local", "lo", None, "192.0.2.5"), "local dev lo source 192.0.2.5"),
        (SystemAnswer(error="EHOSTUNREACH"), "EHOSTUNREACH"),
        (SystemAnswer(), ""),
    ],
)
def test_disagreement_is_warned_of(answer: SystemAnswer, message: str) -> None:
    told = tell(held(DEFAULT), "203.0.113.1", answer)
    assert told.kernel is not None
    assert not told.kernel.agrees
    assert [(one.kind, one.message) for one in told.warnings] == [
        ("kernel-differs", f"the kernel itself says otherwise: {message}")
    ]


def test_an_error_where_another_was_expected_is_no_agreement() -> None:
    told = tell(held("prohibit 203.0.113.0/24"), "203.0.113.1", SystemAnswer(error="EINVAL"))
    assert told.kernel is not None
    assert not told.kernel.agrees


def test_without_an_answer_nothing_is_compared() -> None:
    told = tell(held(DEFAULT), "203.0.113.1")
    assert (told.kernel, told.warnings) == (None, ())


def test_of_a_multipath_route_the_hop_that_the_system_picked_is_told() -> None:
    one = held("default nexthop via 192.0.2.1 dev eth0 nexthop via 10.0.0.1 dev eth1")
    told = tell(one, "203.0.113.1", said("unicast", "eth1", "10.0.0.1", "10.0.0.5"))
    assert told.kernel is not None
    assert told.kernel.agrees
    assert told.nexthop == Hop(gateway=ip_address("10.0.0.1"), dev="eth1")
    assert str(told.source) == "10.0.0.5"
    assert told.summary.endswith("0.0.0.0/0 via 10.0.0.1 dev eth1 (one of 2 next hops)")


def test_a_hop_that_the_route_does_not_have_is_a_disagreement() -> None:
    one = held("default nexthop via 192.0.2.1 dev eth0 nexthop via 10.0.0.1 dev eth1")
    told = tell(one, "203.0.113.1", said("unicast", "eth1", "10.0.0.9", "10.0.0.5"))
    assert told.kernel is not None
    assert not told.kernel.agrees


def test_of_two_hops_that_look_alike_the_one_with_the_systems_source_is_told() -> None:
    links = [LINKS[0], "eth1 | 10.0.0.5/24 | 10.9.0.5/24"]
    one = machine(["default nexthop via 10.0.0.1 dev eth1 nexthop via 10.9.0.1 dev eth1"], (), links)
    told = tell(one, "239.1.2.3", said("multicast", "eth1", None, "10.9.0.5"))  # multicast drops the gateways
    assert str(told.source) == "10.9.0.5"


def test_the_system_may_take_any_of_equal_default_routes() -> None:
    told = tell(
        held(DEFAULT, "default via 10.0.0.1 dev eth1"), "203.0.113.1", said("unicast", "eth1", "10.0.0.1", "10.0.0.5")
    )
    assert told.kernel is not None
    assert told.kernel.agrees
    assert told.nexthop == Hop(gateway=ip_address("10.0.0.1"), dev="eth1")


def test_a_multipath_hop_that_the_filter_refuses_is_the_systems_error() -> None:
    one = held(
        "203.0.113.0/24 nexthop dev eth0 nexthop dev eth1",
        "198.51.100.0/24 dev eth0",
        rules=("9: to 198.51.100.0/24 iif eth1 prohibit",),
    )
    question = ask("203.0.113.1", "198.51.100.7", incoming="eth0")
    filtered = {"ipv4__conf__eth0__rp_filter": 1}
    for answer in (
        SystemAnswer(error="EXDEV"),
        SystemAnswer(error="EINVAL"),
        said("unicast", "eth0", None, "198.51.100.7"),
    ):
        told = tell(one, question, answer, **filtered)
        assert told.kernel is not None
        assert told.kernel.agrees
        assert told.nexthop == Hop(gateway=None, dev="eth0")


def test_whether_the_first_tables_are_one_is_learnt_from_the_system() -> None:
    one = held("local 198.51.100.0/24 dev lo table local", "198.51.100.128/25 via 10.0.0.1 dev eth1")
    alone = tell(one, "198.51.100.200")
    assert alone.verdict == "forward"
    joined = tell(one, "198.51.100.200", said("unicast", "eth1", "10.0.0.1", "10.0.0.5"))
    apart = tell(one, "198.51.100.200", said("local", "lo", None, "198.51.100.200"))
    assert (joined.verdict, joined.warnings) == ("forward", ())
    assert (apart.verdict, apart.warnings) == ("local", ())
    neither = tell(one, "198.51.100.200", SystemAnswer(error="EACCES"))
    assert (neither.verdict, len(neither.warnings)) == ("forward", 1)
