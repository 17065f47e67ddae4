"""``listen --receive``: what arrives, and how far it is."""

from nettools.commands._listen_order import ListenOrder
from nettools.commands._session import Session
from nettools.commands._story import Story
from nettools.commands._transfer_words import told_result
from nettools.core.checked_transfer.side import Patience
from nettools.net.checked_transfer.conversation import TransferResult
from nettools.net.checked_transfer.destination import open_destination
from nettools.net.checked_transfer.receive_file import ReceiveHandler
from nettools.net.listen.clients import Client
from nettools.net.loop import Loop
from nettools.render.byte_progress import ByteProgress


def receive_handler(session: Session, story: Story, loop: Loop, path: str | None, order: ListenOrder) -> ReceiveHandler:
    """The handler. Raises OutputPathError."""
    shown: dict[int, ByteProgress] = {}

    def on_start(client: Client, name: str, size: int) -> None:
        story.tell(
            "request",
            f"{client.peer} sends {name}, {size:,} bytes",
            local=client.local,
            peer=client.peer,
            protocol=client.protocol,
            reason=name,
        )
        shown[client.number] = ByteProgress(
            session.tell,
            session.progress_style,
            began_s=loop.now_s,
            total=size,
            columns=session.environment.error_columns,
            name=name,
        )

    def on_progress(client: Client, done: int, _total: int) -> None:
        if client.number in shown:
            shown[client.number].tick(loop.now_s, sent=0, received=done)

    def on_result(client: Client, result: TransferResult) -> None:
        progress = shown.pop(client.number, None)
        if progress is not None:
            progress.end()
        is_passer_by = result.name is None and order.settings.keep_open  # a port scan: told with -v, as all clients are
        if result.ending.is_failure and not is_passer_by:
            story.failed(f"{client.peer}: {result.ending.message}")
        elif result.name is not None:
            story.note(told_result("received", result, where=handler.destination.path(result.name)))

    idle_s = order.relay.manner.idle_timeout_s
    handler = ReceiveHandler(
        loop,
        open_destination(path),
        on_start=on_start,
        on_progress=on_progress,
        on_result=on_result,
        patience=None if idle_s is None else Patience(idle_s=idle_s),
    )
    return handler
