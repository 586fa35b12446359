"""The question whether a song moves to its next stage, after a session."""

from __future__ import annotations

from collections.abc import Iterable

from asana_tbp.board.service import BoardService
from asana_tbp.board.songs import stage_offers
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.cli.output.console import asks, confirm, say
from asana_tbp.errors import TbpError
from asana_tbp.text import shell_quote
from asana_tbp.timer.state import Finished


def offer_moves(board: BoardService, asana: Gateway, finished: Iterable[Finished]) -> None:
    """Offer the stage that follows, for every song of which a section was finished in a session."""
    choice = board.settings.auto_move
    if choice == "never":
        return
    try:
        for card, offer in stage_offers(board, asana, finished):
            song, stage = card.name, offer.stage.name
            done = f"{offer.finished} of {song} is done."
            question = f"{done} Move the song to {stage}?"
            if choice == "always" or (asks() and confirm(question, default=True)):
                with board.lock():
                    board.move_card(asana, card.gid, offer.stage)
                say(f"{song} is in {stage} now.")
            else:
                say(done)
                names = f"{shell_quote(card.name)} {shell_quote(offer.stage.name)}"
                say(f"To move it on: asana-tbp board move {names}")
    except TbpError as error:
        say(f"Could not check the board: {error.sentence}")
