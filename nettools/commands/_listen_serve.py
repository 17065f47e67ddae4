"""``listen --serve``: each request in a line."""

from nettools.commands._story import Story
from nettools.core.serve.access import Access
from nettools.net.loop import Loop
from nettools.net.serve.handler import ServeHandler


def serve_handler(loop: Loop, folder: str, story: Story, *, idle_timeout_s: float) -> ServeHandler:
    """The handler; what clients ask for is told with -v and in the events. Raises InputError."""

    def on_request(access: Access) -> None:
        story.tell(
            "request",
            str(access),
            peer=access.peer,
            protocol="http",
            bytes_out=access.body_bytes,
            duration_ms=access.duration_ms,
            reason=str(access.status),
        )

    return ServeHandler(loop, folder, on_request=on_request, idle_timeout_s=idle_timeout_s)
