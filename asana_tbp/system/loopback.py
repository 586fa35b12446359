"""This machine's loopback address, which no other machine can reach: all our servers listen only there."""

import os
import socket

LOOPBACK = "127.0.0.1"


def listening(port: int) -> socket.socket:
    """A socket that listens; port 0 = any free one. OSError when the port is taken."""
    # If the protocol is named, asyncio turns off the delay that would hold back small answers by 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            # Else another account's program could share the port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)  # type: ignore[attr-defined]
        listener.bind((LOOPBACK, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener
