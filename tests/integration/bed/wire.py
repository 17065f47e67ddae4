"""A slow and lossy Ethernet wire between two network namespaces, for kernels without netem.

    wire.py NAMESPACE DEVICE NAMESPACE DEVICE DELAY_MS LOSS JITTER_MS SEED

Each end is a TAP device: its descriptor stays in this process, the device moves to the namespace.
A frame read from one end is written to the other after the delay, unless it is lost. Delay, jitter
and loss (0 to 1) hold for each direction.
"""

import contextlib
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import NoReturn

# linux/if_tun.h
TUNSETIFF = 0x400454CA
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000

LARGEST_FRAME = 65536
FRAMES_PER_TURN = 64
PAUSE_WHILE_DOWN_S = 0.01


@dataclass(order=True)
class Frame:
    """A frame under way; ordered by arrival, then by departure so that equal times keep order."""

    arrives: float
    number: int
    end: int = field(compare=False)
    content: bytes = field(compare=False)


class Wire:
    """Two ends, and the frames between them."""

    def __init__(self, ends: tuple[int, int], delay_ms: float, loss: float, jitter_ms: float, seed: int) -> None:
        self.opposite = {ends[0]: ends[1], ends[1]: ends[0]}
        self.delay_ms = delay_ms
        self.loss = loss
        self.jitter_ms = jitter_ms
        self.random = random.Random(seed)
        self.under_way: list[Frame] = []
        self.sent = 0

    def run(self) -> NoReturn:
        while True:
            ready, _, _ = select.select(list(self.opposite), [], [], self.time_to_next())
            for end in ready:
                self.take_from(end)
            self.deliver()

    def time_to_next(self) -> float | None:
        if not self.under_way:
            return None
        return max(0.0, self.under_way[0].arrives - time.monotonic())

    def take_from(self, end: int) -> None:
        """A bounded number of frames, so that a busy end cannot delay the deliveries."""
        for _ in range(FRAMES_PER_TURN):
            try:
                content = os.read(end, LARGEST_FRAME)
            except BlockingIOError:
                return
            except OSError:  # the device is not up yet; select() would say "ready" all the time
                time.sleep(PAUSE_WHILE_DOWN_S)
                return
            if self.random.random() >= self.loss:
                self.send(end, content)

    def send(self, end: int, content: bytes) -> None:
        delay_ms = self.delay_ms + self.random.uniform(-self.jitter_ms, self.jitter_ms)
        self.sent += 1
        arrives = time.monotonic() + delay_ms / 1000
        heapq.heappush(self.under_way, Frame(arrives, self.sent, self.opposite[end], content))

    def deliver(self) -> None:
        now = time.monotonic()
        while self.under_way and self.under_way[0].arrives <= now:
            frame = heapq.heappop(self.under_way)
            with contextlib.suppress(OSError):  # a device that is down loses frames, like a cable
                os.write(frame.end, frame.content)


def open_tap(namespace: str, device: str) -> int:
    """A TAP device in that namespace. It is born in ours, where its first name must be unique."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    birth_name = f"t{os.getpid() % 10_000_000}{device[-4:]}"
    request = struct.pack("16sH", birth_name.encode(), IFF_TAP | IFF_NO_PI)
    fcntl.ioctl(descriptor, TUNSETIFF, request)
    move = ["ip", "link", "set", birth_name, "netns", namespace, "name", device]
    subprocess.run(move, check=True)
    return descriptor


def main(arguments: list[str]) -> NoReturn:
    namespace_a, device_a, namespace_b, device_b, delay_ms, loss, jitter_ms, seed = arguments
    ends = (open_tap(namespace_a, device_a), open_tap(namespace_b, device_b))
    wire = Wire(ends, float(delay_ms), float(loss), float(jitter_ms), int(seed))
    print("ready", flush=True)
    wire.run()


if __name__ == "__main__":
    main(sys.argv[1:])
