"""What changes in an answer, a line each, in columns of fixed width: the next line cannot be known."""

from nettools.core.resolve.watch_event import WatchEvent

_LAYOUT = "{:<8}  {:<24}  {:<6}  {:<18}  {:<9}  {}\n"


def head_line() -> str:
    """The heads of the columns."""
    return _LAYOUT.format("Time", "Name", "Type", "Server", "Status", "What")


def event_line(event: WatchEvent) -> str:
    """The event in the time of this machine's zone; names and data are presentation text, and safe as that."""
    moment = event.time.astimezone().strftime("%H:%M:%S")
    changes = [*(f"+ {one.data}" for one in event.appeared), *(f"- {one.data}" for one in event.gone)]
    before = f"was {event.status_before}" if event.status_before not in (None, event.status) else ""
    met = {True: "as expected", False: "", None: ""}[event.expected]
    what = "  ".join(one for one in (*changes, before, met) if one)
    return _LAYOUT.format(moment, event.name, event.query_type, event.server or "-", event.status, what).rstrip() + "\n"
