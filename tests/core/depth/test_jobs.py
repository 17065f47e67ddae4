"""Which open port is next: all of them once, few of one host, no more than there is room for."""

from collections import Counter
from collections.abc import Iterator
from ipaddress import IPv4Address
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from nettools.core.depth.jobs import DepthJob, DepthLimits, JobQueue
from nettools.core.scan.capacity import PATIENCE_S


def job(host: int, port: int = 80) -> DepthJob:
    return DepthJob(host=host, address=IPv4Address(host + (127 << 24)), port=port)


def taken(queue: JobQueue, now_s: float = 0.0) -> list[DepthJob]:
    """All that may begin now."""
    found = []
    while (one := queue.next_job(now_s)) is not None:
        found.append(one)
    return found


def test_no_more_begin_than_may_be_at_once() -> None:
    queue = JobQueue(map(job, range(10)), DepthLimits(at_once=3))
    first = taken(queue)
    assert [one.host for one in first] == [0, 1, 2]
    queue.ended(first[1])
    assert [one.host for one in taken(queue)] == [3]


def test_a_busy_host_does_not_hold_up_the_others() -> None:
    jobs = [job(7, port) for port in range(1, 9)] + [job(8, 1)]
    queue = JobQueue(jobs, DepthLimits(per_host=2))
    first = taken(queue)
    assert [(one.host, one.port) for one in first] == [(7, 1), (7, 2), (8, 1)]
    queue.ended(first[0])
    assert [(one.host, one.port) for one in taken(queue)] == [(7, 3)]


def test_jobs_are_drawn_only_as_there_is_room() -> None:
    drawn = 0

    def endless() -> Iterator[DepthJob]:
        nonlocal drawn
        while True:
            yield job(drawn)
            drawn += 1

    queue = JobQueue(endless(), DepthLimits(at_once=5))
    assert len(taken(queue)) == 5
    assert drawn <= 5


def test_an_endless_list_of_one_hosts_ports_is_drawn_to_a_bound() -> None:
    drawn = 0

    def endless() -> Iterator[DepthJob]:
        nonlocal drawn
        while True:
            drawn += 1
            yield job(1, drawn % 65_535 + 1)

    queue = JobQueue(endless(), DepthLimits(per_host=2))
    first = taken(queue)
    assert len(first) == 2
    held = drawn
    assert held < 2000
    for _ in range(50):
        queue.ended(first.pop())
        first += taken(queue)
    assert len(first) == 2
    assert drawn <= held + 50


def test_a_job_without_room_comes_again_after_a_pause() -> None:
    queue = JobQueue([job(1), job(2)], DepthLimits(at_once=2))
    first, second = taken(queue)
    assert queue.lacked(second, 0.0)
    assert queue.next_job(0.0) is None
    assert queue.resume_at_s is not None
    queue.ended(first)
    assert queue.next_job(queue.resume_at_s) == second
    queue.ended(second)
    assert queue.next_job(60.0) is None
    assert queue.is_done


def test_a_lack_that_does_not_pass_ends_a_job() -> None:
    queue = JobQueue([job(1)], DepthLimits())
    now_s, tries = 0.0, 0
    while not queue.is_done:
        one = queue.next_job(now_s)
        if one is not None:
            tries += 1
            queue.lacked(one, now_s)
        now_s += 0.5
        assert now_s < 2 * PATIENCE_S
    assert tries > 3
    assert queue.done == 1


@given(
    hosts=st.lists(st.integers(0, 5), max_size=60),
    at_once=st.integers(1, 8),
    per_host=st.integers(1, 3),
    seed=st.integers(0, 2**32),
)
def test_each_job_is_given_out_until_it_has_ended_once(
    hosts: list[int], at_once: int, per_host: int, seed: int
) -> None:
    random = Random(seed)
    jobs = [job(host, number + 1) for number, host in enumerate(hosts)]
    queue = JobQueue(jobs, DepthLimits(at_once=at_once, per_host=per_host))
    active: list[DepthJob] = []
    ended: list[DepthJob] = []
    now_s = 0.0
    while not queue.is_done:
        active += taken(queue, now_s)
        assert len(active) <= at_once
        assert all(count <= per_host for count in Counter(one.host for one in active).values())
        assert queue.active == len(active)
        now_s += 1.0
        if active:
            one = active.pop(random.randrange(len(active)))
            if random.random() < 0.2 and active:
                assert queue.lacked(one, now_s)
            else:
                queue.began()
                queue.ended(one)
                ended.append(one)
    assert sorted(ended, key=lambda one: one.port) == jobs
    assert queue.done == len(jobs)
