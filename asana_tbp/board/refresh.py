"""Looking at the board in Asana, with as few requests as will do.

A project's own `modified_at` says nothing of its tasks (Asana docs: ProjectBase), and asking every song costs
a request each. So one list gives all of one's own tasks that changed since the last look, whatever song they
are in. It can't tell of tasks that were deleted or given away; therefore the songs that were read longest ago
are read again, a few a look, and so are those that Asana did not show.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from asana_tbp.board.progress import SongProgress
from asana_tbp.board.store import Board, BoardStore
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Task
from asana_tbp.errors import NotFound
from asana_tbp.system.clock import Clock
from asana_tbp.text import quote

PAGE = 100
AT_MOST = 8
"""Requests of a look at a board of up to 200 songs on which nothing has changed."""

MOST_NEW = 100
"""Songs seen for the first time that one look reads: within the free plan's 150 requests a minute."""

READ_AGAIN_AFTER = timedelta(hours=1)
LANES = 4
OVERLAP = timedelta(minutes=10)
"""How far before a first look changes are asked for: the machine's clock may differ from Asana's."""


@dataclass(frozen=True, slots=True)
class RefreshCost:
    """What a look cost in requests, and how many songs it has left for the next one."""

    requests: int
    left: int


def refresh(
    asana: Gateway,
    store: BoardStore,
    songs: SongProgress,
    board: Board,
    clock: Clock,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> RefreshCost:
    """Bring the local copy up to date. What was read before a failure is kept.

    Raises `NotFound` where Asana does not show the board, and the other `AsanaError` classes.
    """
    begun = clock.now()
    try:
        stages = asana.sections(board.gid)
        cards = asana.tasks(board.gid)
    except NotFound:
        raise NotFound(
            f"Asana no longer shows the board {quote(board.name)} to this account.",
            "Bring it back from Asana's trash, or name another project: board init PROJECT.",
        ) from None
    store.looked(board, stages, cards, begun)
    requests = 1 + _pages(len(cards))
    looks = songs.looks()
    known = {gid: look.read_at for gid, look in looks.items()}
    until = board.seen_until
    if until is None:
        songs.changed(board, (), begun - OVERLAP)
    elif known:
        changed = asana.my_changed_tasks(board.workspace_gid, until)
        requests += _pages(len(changed))
        songs.changed(
            board, changed, max([until, *(task.modified_at for task in changed if task.modified_at)])
        )
    gids = [
        card.project_gid for card in store.cards(board) if card.project_gid is not None and not card.completed
    ]
    unread = [gid for gid in dict.fromkeys(gids) if gid not in known]
    hidden = {gid for gid, look in looks.items() if look.hidden}
    old = sorted(
        (gid for gid in set(gids) & set(known) if gid in hidden or begun - known[gid] > READ_AGAIN_AFTER),
        key=lambda gid: known[gid],
    )
    again = old[: max(0, AT_MOST - requests)]
    now = unread[:MOST_NEW] + ([] if unread else again)
    done = 0

    def read(gid: str) -> tuple[str, tuple[Task, ...] | None]:
        try:
            return gid, asana.tasks(gid)
        except NotFound:
            return gid, None

    with ThreadPoolExecutor(LANES) as lanes:
        for gid, tasks in lanes.map(read, now):
            if tasks is None:
                songs.hidden(gid, begun)
                requests += 1
            else:
                songs.read_whole(gid, tasks, board.me_gid, begun)
                requests += _pages(len(tasks))
            done += 1
            progress(done, len(now))
    return RefreshCost(requests, len(unread) - len(unread[:MOST_NEW]))


def _pages(count: int) -> int:
    # A last page that is full is followed by none: Gateway says so in its answer.
    return max(1, -(-count // PAGE))
