"""Every probe file reads the answers that it was written for, with all other files beside it."""

from dataclasses import asdict

import pytest

from nettools.core.depth.match import Match
from tests.core.depth.sample_files import CATALOG, Sample, samples


def read(sample: Sample, answer: bytes) -> Match | None:
    if sample.in_udp:
        return CATALOG.read_datagram(answer, sample.port)
    asked = None if sample.asked is None else CATALOG.probes[sample.asked]
    return CATALOG.read(answer, sample.port, asked)


@pytest.mark.parametrize("sample", samples(), ids=lambda one: f"{one.probe}: {one.about}")
def test_an_answer_tells_what_it_has_to(sample: Sample) -> None:
    match = read(sample, sample.answer)
    assert match is not None
    told = {key: value for key, value in asdict(match).items() if value}
    if told.pop("speaks_tls", False):
        told["speaks_tls"] = "true"
    assert told == sample.expected
    sample_probe = CATALOG.probes[sample.probe]
    assert match.service in {sample_probe.service, *(one.service for one in sample_probe.matchers), "http"}


@pytest.mark.parametrize("sample", samples(), ids=lambda one: f"{one.probe}: {one.about}")
def test_an_answer_that_is_cut_off_names_no_other_product(sample: Sample) -> None:
    for length in range(len(sample.answer)):
        match = read(sample, sample.answer[:length])
        if match is not None and match.product is not None and "product" in sample.expected:
            assert match.service in (sample.expected["service"], "http")
