"""Whatever servers say, a trace ends within its limits and says what it found."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nettools.core.dns.message import Message, Question, ResourceRecord
from nettools.core.dns.types import RCODES, TYPES
from nettools.core.record import to_json
from nettools.core.resolve.trace.result import trace_response
from tests.core.resolve.fake_internet import Host, Internet, message, record
from tests.core.resolve.trace.worlds import NS1, NS2, OTHER, ROOT_SERVER, SETTINGS, TEST_SERVER, limited, traced

ADDRESSES = (ROOT_SERVER, TEST_SERVER, NS1, NS2, OTHER, "192.0.2.99")
names = st.sampled_from(
    [".", "test.", "all.test.", "www.all.test.", "other.test.", "ns.all.test.", "ns.other.test.", "x."]
)
records = st.one_of(
    st.builds(record, names, st.just("A"), st.sampled_from(ADDRESSES)),
    st.builds(record, names, st.sampled_from(["NS", "CNAME", "DNAME"]), names),
    st.builds(record, names, st.just("SOA"), st.sampled_from(["1", "2"])),
    st.builds(
        record,
        names,
        st.sampled_from(["DS", "DNSKEY", "RRSIG", "NSEC"]),
        st.binary(max_size=8).map(lambda octets: f"#{octets.hex()}"),
    ),
)
sections = st.lists(records, max_size=4)


Said = tuple[list[ResourceRecord], list[ResourceRecord], list[ResourceRecord], bool, str]
said = st.tuples(sections, sections, sections, st.booleans(), st.sampled_from(list(RCODES.values())[:6]))


def saying(of_addresses: Said, of_others: Said) -> Host:
    """A server that says one of two things, whatever it is asked."""

    def reply(asked: Question) -> Message:
        answer, authority, additional, aa, rcode = of_addresses if asked.type == TYPES["A"] else of_others
        return message(asked, answer=answer, authority=authority, additional=additional, aa=aa, rcode=rcode)

    return reply


hosts = st.one_of(st.builds(saying, said, said), st.sampled_from(["timeout", "unreachable"]))


@given(st.fixed_dictionaries(dict.fromkeys(ADDRESSES[:5], hosts)), names.filter(lambda name: name != "."))
@settings(max_examples=150, deadline=None)
def test_any_internet_is_traced_to_an_end(world: dict[str, Host], name: str) -> None:
    internet = Internet(world)
    found = traced(name, internet=internet, settings=limited(lookups=120, cuts=8))
    response = trace_response(found)
    assert sum(internet.rounds) <= 120
    assert response.status
    assert response.query.name == name
    assert response.trace is not None
    assert len(response.trace) <= 8 + SETTINGS.limits.aliases
    for step, following in zip(response.trace, response.trace[1:], strict=False):
        assert step.referral_to == following.zone or step.aliases
    to_json(response)
