"""`sandbox`: the embedded Asana on a loopback port."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from typing import Annotated

from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import say
from asana_tbp.cli.parameters import PORTS
from asana_tbp.errors import TbpError
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.account import API_PREFIX
from asana_tbp.sandbox.http import Sandbox
from asana_tbp.sandbox.persistence import Persistence
from asana_tbp.sandbox.server import serve_forever
from asana_tbp.sandbox.state import SandboxState


def sandbox(
    context: AppContext,
    port: Annotated[int, "Where to listen; 0 takes any free port.", PORTS] = 8787,
) -> None:
    """Serve the embedded Asana to other programs.

    It answers on this computer only, until Ctrl-C, and shows the same projects as commands with --sandbox.

    Examples:
      asana-tbp sandbox
      asana-tbp sandbox --port 0
    """

    def ready(url: str) -> None:
        say("The embedded Asana is ready. Press Ctrl-C to stop it. In another terminal:")
        variables = {"ASANA_TBP_HOST": f"{url}{API_PREFIX}", "ASANA_ACCESS_TOKEN": SANDBOX_TOKEN}
        for line in _export_lines(variables):
            say(f"  {line}")

    board = SandboxState()
    with Persistence(context.paths_of(sandbox=True).sandbox_board, board) as shelf:
        try:
            serve_forever(Sandbox(board, storage=shelf), port, ready)
        except OSError as error:
            raise TbpError(
                f"Port {port} can't be used: {error.strerror}.", "Choose another with --port."
            ) from None


def _export_lines(variables: Mapping[str, str], platform: str = sys.platform) -> list[str]:
    """What sets variables in the user's shell; on Windows for PowerShell, then for cmd."""
    if platform != "win32":
        return [f"export {' '.join(f'{name}={shlex.quote(value)}' for name, value in variables.items())}"]
    powershell = "; ".join(f"$env:{name} = '{value}'" for name, value in variables.items())
    cmd = " && ".join(f'set "{name}={value}"' for name, value in variables.items())
    return [powershell, f"or, in cmd:  {cmd}"]
