"""Answers that end a request badly: too slow, too big, without end, or no JSON at all.

Each is what a broken proxy, a captive portal or a hostile server sends with a status of success.
"""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Callable, Iterator

from starlette.responses import Response, StreamingResponse

from asana_tbp.sandbox.http import JSON_TYPE
from tests.faulty.faults import Fault

NEEDS_SOCKET = frozenset({"stall", "endless", "cut"})  # an in-process client would wait for ever
_CHUNK = 64 * 1024
_UNCARRIED = json.dumps({"data": {"gid": "1", "name": "x" * 200}}).encode()


def broken_answer(
    fault: Fault, carried: bytes | None, is_scripted: Callable[[], bool], drop: Callable[[], object]
) -> Response:
    """The answer a fault of a kind in `faults.BROKEN` gives.

    `carried` is the body of the true answer when the request was carried out. Answers without an end go on
    until the client leaves or `is_scripted` says that the fault was removed; then `drop` closes the socket.
    """
    body = _UNCARRIED if carried is None else carried
    if fault.kind == "html":
        return Response(fault.body, media_type="text/html; charset=utf-8")
    if fault.kind == "empty":
        return Response(b"", status_code=200)
    if fault.kind == "truncated":
        return Response(body[: len(body) // 2], headers={"Content-Type": JSON_TYPE})
    if fault.kind == "deep":
        return Response(
            b'{"data": ' + b"[" * fault.size + b"]" * fault.size + b"}", headers={"Content-Type": JSON_TYPE}
        )
    if fault.kind == "bomb":
        headers = {"Content-Type": JSON_TYPE, "Content-Encoding": "gzip"}
        return StreamingResponse(_gzipped(fault.size), headers=headers)
    pieces = {
        "drip": _drip(body, fault.seconds or 0.1),
        "stall": _first_half(body),
        "cut": _first_half(body),
        "huge": _huge(fault.size),
        "endless": _endless(),
    }[fault.kind]
    return StreamingResponse(
        _while_scripted(pieces, fault, is_scripted, drop), headers={"Content-Type": JSON_TYPE}
    )


async def _while_scripted(
    pieces: AsyncIterator[bytes], fault: Fault, is_scripted: Callable[[], bool], drop: Callable[[], object]
) -> AsyncIterator[bytes]:
    async for piece in pieces:
        if not is_scripted():
            drop()
            return
        yield piece
    while fault.kind == "stall" and is_scripted():
        await asyncio.sleep(0.02)
    if fault.kind in {"stall", "cut"}:
        drop()
        # The socket closes in a later round; an end of the body before it would look complete.
        await asyncio.sleep(1)


async def _drip(body: bytes, pause: float) -> AsyncIterator[bytes]:
    for index in range(len(body)):
        yield body[index : index + 1]
        await asyncio.sleep(pause)


async def _first_half(body: bytes) -> AsyncIterator[bytes]:
    yield body[: len(body) // 2]
    # What was sent leaves before the socket is closed.
    await asyncio.sleep(0.05)


async def _huge(size: int) -> AsyncIterator[bytes]:
    for piece in _text_of(size):
        yield piece
        await asyncio.sleep(0)


async def _endless() -> AsyncIterator[bytes]:
    yield b'{"data": "'
    while True:
        yield b"a" * _CHUNK
        # Sending to who has left takes no time: without a rest the loop would never see that they have.
        await asyncio.sleep(0)


async def _gzipped(size: int) -> AsyncIterator[bytes]:
    squeeze = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for piece in _text_of(size):
        if packed := squeeze.compress(piece):
            yield packed
    yield squeeze.flush()


def _text_of(size: int) -> Iterator[bytes]:
    """JSON of about `size` bytes."""
    yield b'{"data": {"gid": "1", "name": "'
    for _ in range(0, size, _CHUNK):
        yield b"a" * _CHUNK
    yield b'"}}'
