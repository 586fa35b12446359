"""The sandbox as a process of its own, so that it does not share a core's lock with what is measured."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from asana_tbp.sandbox import API_PREFIX


@dataclass(frozen=True, slots=True)
class Remote:
    """A running sandbox, steered over its control face."""

    url: str

    @property
    def host(self) -> str:
        return self.url + API_PREFIX

    def fresh(self, **switches: Any) -> None:
        """An empty board with these switches and nothing spent."""
        self._send("POST", "/control/reset", {})
        self._send("PUT", "/control/switches", switches)

    def slow(self, latency: float, jitter: float) -> None:
        """Every answer comes `latency` plus up to `jitter` seconds late."""
        fault = {"kind": "delay", "seconds": latency, "jitter": jitter, "times": None}
        self._send("POST", "/control/faults", fault)

    def calm(self) -> None:
        """No more latency."""
        self._send("DELETE", "/control/faults")

    def forget_requests(self) -> None:
        self._send("DELETE", "/control/requests")

    def requests(self) -> list[dict[str, Any]]:
        """Every request seen, with its `method`, `path` and `status`."""
        seen = self._send("GET", "/control/requests")
        return list(seen if isinstance(seen, list) else seen["requests"])

    def _send(self, method: str, path: str, content: Any = None) -> Any:
        body = None if content is None else json.dumps(content).encode()
        request = Request(self.url + path, body, {"Content-Type": "application/json"}, method=method)
        with urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None


@contextmanager
def running() -> Iterator[Remote]:
    """A sandbox in its own process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.server"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield Remote(process.stdout.readline().strip().rstrip("/"))
    finally:
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()


def serve() -> None:
    """Serve until terminated; the address is the first line of stdout."""
    from asana_tbp.sandbox.http import serve_forever
    from asana_tbp.sandbox.switches import Switches
    from tests.faulty.board import Board
    from tests.faulty.http import create_app

    serve_forever(create_app(Board(), Switches()), 0, lambda url: print(url, flush=True))  # noqa: T201


if __name__ == "__main__":
    serve()
