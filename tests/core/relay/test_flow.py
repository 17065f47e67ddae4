"""One way through a relay: when its source is read, and when all of it has been written."""

from nettools.core.relay.flow import CHUNK, Flow


def test_a_new_flow_reads() -> None:
    flow = Flow()
    assert flow.wants_more
    assert not flow.is_done
    assert not flow.is_quiet
    assert flow.chunk == CHUNK


def test_what_is_held_stops_the_reading() -> None:
    flow = Flow()
    wanted = [flow.wants_more]
    flow.holds()
    wanted.append(flow.wants_more)
    flow.gave(3, 1.0, rest=True)
    wanted.append(flow.wants_more)
    flow.gave(4, 2.0)
    wanted.append(flow.wants_more)
    assert wanted == [True, False, False, True]


def test_it_counts_what_the_sink_took_and_when() -> None:
    flow = Flow()
    assert (flow.moved, flow.first_s, flow.last_s) == (0, None, None)
    flow.gave(3, 1.0)
    flow.gave(4, 2.5)
    assert (flow.moved, flow.first_s, flow.last_s) == (7, 1.0, 2.5)


def test_it_is_done_when_the_source_has_ended_and_nothing_is_held() -> None:
    flow = Flow()
    flow.holds()
    flow.source_ended = True
    done = [flow.is_done]
    flow.gave(1, 1.0)
    done.append(flow.is_done)
    assert done == [False, True]
    assert not flow.wants_more


def test_it_is_done_when_its_sink_is_broken_whatever_is_held() -> None:
    flow = Flow()
    flow.holds()
    flow.is_broken = True
    assert flow.is_done
    assert flow.is_quiet
    assert not flow.wants_more


def test_it_is_quiet_when_the_source_was_found_dry_and_all_is_written() -> None:
    flow = Flow()
    flow.is_dry = True
    quiet = [flow.is_quiet]
    flow.holds()
    quiet.append(flow.is_quiet)
    flow.gave(1, 1.0)
    quiet.append(flow.is_quiet)  # there may be more behind what was just moved
    flow.is_dry = True
    quiet.append(flow.is_quiet)
    assert quiet == [True, False, False, True]
    assert not flow.is_done


def test_what_is_dropped_is_still_read() -> None:
    flow = Flow()
    flow.is_dropping = True
    assert flow.wants_more
