"""The shape of the local database, one migration after another.

Knows tables. A migration that has been released is never changed: a new shape is a new entry, with a
test on an old file. Moments are ISO 8601 in UTC.
"""

from __future__ import annotations

FIRST = (
    # A song map that is, or is about to be, an Asana project. `id` also stands in the project's notes.
    """
    CREATE TABLE song (
        id             TEXT PRIMARY KEY,
        source         TEXT NOT NULL,
        workspace_gid  TEXT NOT NULL,
        title          TEXT NOT NULL,
        project_gid    TEXT UNIQUE,
        link           TEXT NOT NULL DEFAULT '',
        begun_at       TEXT NOT NULL,
        finished_at    TEXT,
        UNIQUE (source, workspace_gid)
    ) STRICT
    """,
    # Which section or task of a song map has which gid; a row without one was sent and not yet answered.
    # `ours` is 1 where we made it, `placed` is 1 once its place was verified, `place` is the ideal order.
    """
    CREATE TABLE journal (
        song_id  TEXT NOT NULL REFERENCES song ON DELETE CASCADE,
        kind     TEXT NOT NULL CHECK (kind IN ('section', 'task')),
        key      TEXT NOT NULL,
        gid      TEXT,
        ours     INTEGER NOT NULL DEFAULT 1,
        placed   INTEGER NOT NULL DEFAULT 0,
        place    INTEGER,
        PRIMARY KEY (song_id, kind, key)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE session (
        id           INTEGER PRIMARY KEY,
        project_gid  TEXT NOT NULL,
        title        TEXT NOT NULL,
        started_at   TEXT NOT NULL
    ) STRICT
    """,
    # A session's log. Rows are added, never changed.
    """
    CREATE TABLE event (
        id          INTEGER PRIMARY KEY,
        session_id  INTEGER NOT NULL REFERENCES session,
        at          TEXT NOT NULL,
        kind        TEXT NOT NULL,
        facts       TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX event_of_session ON event (session_id, id)",
    """
    CREATE TRIGGER event_is_a_fact BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END
    """,
    # What Asana must still be told.
    """
    CREATE TABLE outbox (
        id          INTEGER PRIMARY KEY,
        event_id    INTEGER NOT NULL UNIQUE REFERENCES event,
        intent      TEXT NOT NULL CHECK (intent IN ('complete')),
        task_gid    TEXT NOT NULL,
        task_name   TEXT NOT NULL,
        state       TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'parked')) DEFAULT 'pending',
        reason      TEXT NOT NULL DEFAULT '',
        settled_at  TEXT
    ) STRICT
    """,
    "CREATE INDEX outbox_pending ON outbox (state, id)",
)

ENGINE = (
    # What Asana must still be told, in more words than "complete". `content` is the intent in JSON. `unsure` is
    # 1 from before a send until its answer; `seen` holds the gids Asana had before a create, so that one whose
    # answer was lost is found again.
    """
    CREATE TABLE intent (
        id             INTEGER PRIMARY KEY,
        event_id       INTEGER NOT NULL REFERENCES event,
        intent         TEXT NOT NULL CHECK (intent IN ('complete', 'reopen', 'time', 'comment')),
        task_gid       TEXT NOT NULL,
        task_name      TEXT NOT NULL,
        workspace_gid  TEXT NOT NULL DEFAULT '',
        content        TEXT NOT NULL DEFAULT '{}',
        state          TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'parked')) DEFAULT 'pending',
        reason         TEXT NOT NULL DEFAULT '',
        settled_at     TEXT,
        tries          INTEGER NOT NULL DEFAULT 0,
        unsure         INTEGER NOT NULL DEFAULT 0,
        seen           TEXT,
        UNIQUE (event_id, intent, task_gid)
    ) STRICT
    """,
    """
    INSERT INTO intent (id, event_id, intent, task_gid, task_name, state, reason, settled_at)
    SELECT id, event_id, intent, task_gid, task_name, state, reason, settled_at FROM outbox
    """,
    "DROP TABLE outbox",
    "ALTER TABLE intent RENAME TO outbox",
    "CREATE INDEX outbox_pending ON outbox (state, id)",
    # How far a session is known to have come: what was worked until a crash.
    """
    CREATE TABLE heartbeat (
        session_id  INTEGER PRIMARY KEY REFERENCES session,
        tick        REAL NOT NULL,
        at          TEXT NOT NULL
    ) STRICT
    """,
    # What a workspace's plan does not have, learnt from Asana's refusal.
    """
    CREATE TABLE switched_off (
        workspace_gid  TEXT NOT NULL,
        feature        TEXT NOT NULL,
        at             TEXT NOT NULL,
        PRIMARY KEY (workspace_gid, feature)
    ) STRICT, WITHOUT ROWID
    """,
)

SCAFFOLD = (
    # What a workspace has shown of itself: where new tasks land, which way My Tasks can be ordered, how many
    # requests a minute it takes. `fact` names it.
    """
    CREATE TABLE workspace_fact (
        workspace_gid  TEXT NOT NULL,
        fact           TEXT NOT NULL,
        value          TEXT NOT NULL,
        learnt_at      TEXT NOT NULL,
        PRIMARY KEY (workspace_gid, fact)
    ) STRICT, WITHOUT ROWID
    """,
    # 0 for a project that was there before its song map, and has nothing of ours to rename.
    "ALTER TABLE song ADD COLUMN ours INTEGER NOT NULL DEFAULT 1",
    # The section of My Tasks with the song's tasks, and what became of their order: 'placed', or 'given up'.
    "ALTER TABLE song ADD COLUMN my_section TEXT",
    "ALTER TABLE song ADD COLUMN my_order TEXT",
    # 1 once a task stands in its section of My Tasks.
    "ALTER TABLE journal ADD COLUMN queued INTEGER NOT NULL DEFAULT 0",
)

ORDER = (
    # In which order My Tasks last showed a song's tasks, as a JSON list. `followed` is 1 once the producer has
    # moved them there, or they stood in the ideal order: from then on My Tasks decides.
    """
    CREATE TABLE shown_order (
        project_gid  TEXT PRIMARY KEY,
        gids         TEXT NOT NULL,
        followed     INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (FIRST, ENGINE, SCAFFOLD, ORDER)
