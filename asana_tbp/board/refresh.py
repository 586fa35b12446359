"""Refreshes the board from Asana with as few requests as possible.

A project's own `modified_at` says nothing about its tasks (Asana docs: ProjectBase), and reading every song costs
a request each. So one list gives all of the user's tasks that changed since the last look, whatever song they
are in. It leaves out tasks that were deleted or given away; therefore the songs that were read longest ago
are read again, a few at each look, and so are those that Asana did not show.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from asana_tbp.board.local import LocalBoard
from asana_tbp.board.store import Board
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Project, Task
from asana_tbp.errors import NotFound
from asana_tbp.text import quote

Report = Callable[[int, int], None]
"""Called with the songs that were read, and how many there are to read."""

PAGE = 100
AT_MOST = 8
"""Requests of a look at a board of up to 200 songs on which nothing has changed."""

MOST_NEW = 100
"""Songs seen for the first time that one look reads: within the free plan's 150 requests a minute."""

READ_AGAIN_AFTER = timedelta(hours=1)
LANES = 4
OVERLAP = timedelta(minutes=10)
"""How far back from a first look changes are requested: the machine's clock may differ from Asana's."""


def hidden_board(board: Board) -> NotFound:
    """The error for a board that Asana does not show."""
    return NotFound(
        f"Asana no longer shows the board {quote(board.name)} to this account.",
        "Bring it back from Asana's trash, or name another project:\n  asana-tbp board init PROJECT",
    )


def read_cards(local: LocalBoard, asana: Gateway) -> None:
    """Read stages and cards, without the songs' tasks. Raises `NotFound` where Asana does not show the board."""
    board, at = local.board, local.clock.now()
    try:
        local.store.save_stages(board, asana.sections(board.gid), asana.tasks(board.gid), at)
    except NotFound:
        raise hidden_board(board) from None


def refresh(local: LocalBoard, asana: Gateway, progress: Report | None = None) -> int:
    """Bring the local copy up to date; returns how many songs are left for the next look. What was read is saved.

    Raises `NotFound` where Asana does not show the board, and the other `AsanaError` classes.
    """
    store, begun = local.store, local.clock.now()
    read_cards(local, asana)
    board, cards = local.board, store.cards(local.board)
    requests = 1 + _pages(len(cards))
    looks = store.progress(local.settings.default_budget)
    until = board.seen_until
    if until is None:
        store.save_changes(board, (), begun - OVERLAP)
    elif looks:
        changed = asana.my_changed_tasks(board.workspace_gid, until)
        requests += _pages(len(changed))
        moments = (task.modified_at for task in changed if task.modified_at)
        store.save_changes(board, changed, max([until, *moments]))
    gids = {card.project_gid: None for card in cards if card.project_gid and not card.archived}
    unread = [gid for gid in gids if gid not in looks]
    seen = sorted((look.read_at, gid) for gid, look in looks.items() if gid in gids and look.read_at)
    old = [gid for at, gid in seen if looks[gid].hidden or begun - at > READ_AGAIN_AFTER]
    now = unread[:MOST_NEW] or old[: max(0, AT_MOST - requests)]
    read_songs(local, asana, now, board.me_gid, progress)
    return len(unread[MOST_NEW:])


def read_songs(
    local: LocalBoard,
    asana: Gateway,
    gids: Sequence[str],
    me_gid: str,
    progress: Report | None,
    *,
    with_project: bool = False,
) -> None:
    """Read all of these songs, several at a time."""
    # Loaded late: showing the board does not need it.
    from concurrent.futures import ThreadPoolExecutor

    at, store = local.clock.now(), local.store

    def read(gid: str) -> tuple[str, Project | None, tuple[Task, ...] | None]:
        try:
            project = asana.project(gid) if with_project else None
            return gid, project, () if project and project.archived else asana.tasks(gid)
        except NotFound:
            return gid, None, None

    with ThreadPoolExecutor(LANES) as lanes:
        for done, (gid, project, tasks) in enumerate(lanes.map(read, gids), 1):
            if tasks is None:
                store.save_facts(gid, at, read_at=at, hidden=True)
            elif not (project and project.archived):
                store.save_song(gid, tasks, me_gid, at)
            if project is not None:
                store.save_project(project, at)
            if progress is not None:
                progress(done, len(gids))


def _pages(count: int) -> int:
    # A full last page is not followed by an empty one: Asana's answer says that nothing follows.
    return max(1, -(-count // PAGE))
