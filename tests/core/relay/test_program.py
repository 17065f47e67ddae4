from nettools.core.relay.manner import Manner
from nettools.core.relay.program import ClientFacts, program_environment, program_manner

FACTS = ClientFacts(
    protocol="tcp", remote_address="192.0.2.7", remote_port=50000, local_address="2001:db8::1", local_port=80
)


def test_ncats_variables_and_ours_say_who_is_there() -> None:
    found = program_environment({"HOME": "/home/user"}, FACTS)
    expected = {
        "REMOTE_ADDR": "192.0.2.7",
        "REMOTE_PORT": "50000",
        "LOCAL_ADDR": "2001:db8::1",
        "LOCAL_PORT": "80",
        "PROTO": "TCP",
    }
    assert found == {
        "HOME": "/home/user",
        **{f"NCAT_{name}": value for name, value in expected.items()},
        **{f"NETTOOLS_{name}": value for name, value in expected.items()},
    }


def test_what_is_unknown_has_no_variable_and_an_inherited_one_is_dropped() -> None:
    inherited = {"NCAT_REMOTE_ADDR": "10.0.0.1", "NETTOOLS_REMOTE_PORT": "1", "NETTOOLS_TLS_SUBJECT": "CN=old"}
    found = program_environment(inherited, ClientFacts(protocol="unix", local_address="/run/it"))
    assert found == {
        "NCAT_LOCAL_ADDR": "/run/it",
        "NCAT_PROTO": "UNIX",
        "NETTOOLS_LOCAL_ADDR": "/run/it",
        "NETTOOLS_PROTO": "UNIX",
    }


def test_the_subject_of_a_certificate_is_one_safe_line() -> None:
    facts = ClientFacts(protocol="tls", tls_subject="CN=a\x00b\nc\x1b[2J")
    assert program_environment({}, facts)["NETTOOLS_TLS_SUBJECT"] == r"CN=a\x00b\x0ac\x1b[2J"


def test_a_relay_with_a_program_ends_with_its_output() -> None:
    manner = program_manner(Manner(idle_timeout_s=5))
    assert manner == Manner(idle_timeout_s=5, ends_with=frozenset({"out"}), needs_reader=False)


def test_a_program_that_may_only_listen_ends_with_the_other_side() -> None:
    assert program_manner(Manner(sends=False)).ends_with == frozenset({"in"})
