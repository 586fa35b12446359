"""`sandbox`: the embedded Asana on a loopback port."""

from __future__ import annotations

from typing import Annotated

import typer

from asana_tbp.cli.world import World


def sandbox(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free port.")] = 8787,
) -> None:
    """Serve the embedded Asana until Ctrl-C, with the board that --sandbox uses."""
    from asana_tbp.cli.output import say
    from asana_tbp.sandbox import SANDBOX_TOKEN
    from asana_tbp.sandbox.server import serve_forever

    world: World = ctx.obj

    def ready(host: str) -> None:
        say(f"The sandbox listens at {host}; Ctrl-C stops it. In another terminal:")
        say(f"  export ASANA_TBP_HOST={host} ASANA_ACCESS_TOKEN={SANDBOX_TOKEN}")

    serve_forever(world.sandbox_paths.sandbox_board, port, ready)
