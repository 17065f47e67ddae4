"""Where the records of a stream begin and end."""

from hypothesis import given
from hypothesis import strategies as st

from nettools.core.tls.records import RecordBoundary

RECORDS = st.lists(st.binary(max_size=80), max_size=6)


def record(content: bytes) -> bytes:
    return b"\x17\x03\x03" + len(content).to_bytes(2, "big") + content


@given(RECORDS, st.data())
def test_a_stream_is_between_records_where_one_ends_and_nowhere_else(records: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(record(one) for one in records)
    ends = {0}
    for one in records:
        ends.add(max(ends) + 5 + len(one))
    boundary, place = RecordBoundary(), 0
    while place < len(stream):
        step = data.draw(st.integers(min_value=1, max_value=len(stream) - place))
        boundary.feed(memoryview(stream)[place : place + step])
        place += step
        assert boundary.is_between == (place in ends)
    assert boundary.is_between
