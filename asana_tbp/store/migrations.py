"""The shape of the local database, one migration after another.

A migration that has been released is never changed: a new shape is a new entry, with a test on an old file.
Moments are ISO 8601 in UTC.
"""

from __future__ import annotations

EVENT_IS_A_FACT = """
    CREATE TRIGGER event_is_a_fact BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END
    """

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
    EVENT_IS_A_FACT,
    # Show changes waiting to be sent to Asana.
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
    # 0 for a project that was there before its song map, so nothing in it is ours to rename.
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

BOARD = (
    # The board of stages: a project whose tasks are songs. `id` also stands in the notes of one that we made;
    # `gid` is NULL until Asana has confirmed it. The one chosen last is the board. `seen_until` is how far
    # changes of its songs have been read, in Asana's time; `looked_at` when that was, in ours.
    """
    CREATE TABLE board (
        id             TEXT PRIMARY KEY,
        workspace_gid  TEXT NOT NULL,
        me_gid         TEXT NOT NULL,
        gid            TEXT UNIQUE,
        name           TEXT NOT NULL,
        link           TEXT NOT NULL DEFAULT '',
        ours           INTEGER NOT NULL,
        chosen_at      TEXT NOT NULL,
        seen_until     TEXT,
        looked_at      TEXT
    ) STRICT
    """,
    # Which stage of the settings became which section of a board of ours; without a gid its create was sent
    # and not yet answered.
    """
    CREATE TABLE stage_made (
        board_id  TEXT NOT NULL REFERENCES board ON DELETE CASCADE,
        key       TEXT NOT NULL,
        gid       TEXT,
        PRIMARY KEY (board_id, key)
    ) STRICT, WITHOUT ROWID
    """,
    # What Asana had at the last look: stages and cards in its order.
    """
    CREATE TABLE stage (
        gid       TEXT PRIMARY KEY,
        board_id  TEXT NOT NULL REFERENCES board ON DELETE CASCADE,
        name      TEXT NOT NULL,
        place     INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE card (
        gid          TEXT PRIMARY KEY,
        board_id     TEXT NOT NULL REFERENCES board ON DELETE CASCADE,
        name         TEXT NOT NULL,
        notes        TEXT NOT NULL,
        link         TEXT NOT NULL,
        stage_gid    TEXT NOT NULL,
        place        INTEGER NOT NULL,
        completed    INTEGER NOT NULL,
        due_on       TEXT,
        project_gid  TEXT
    ) STRICT, WITHOUT ROWID
    """,
    # A card that is wanted, an idea's or a song's. Its id stands in the card's notes. `unsure` is 1 from before
    # a send until its answer. `linked` is 1 once the song's project and the card name each other.
    """
    CREATE TABLE wanted_card (
        id           TEXT PRIMARY KEY,
        kind         TEXT NOT NULL CHECK (kind IN ('idea', 'song')),
        name         TEXT NOT NULL,
        notes        TEXT NOT NULL,
        stage        TEXT NOT NULL DEFAULT '',
        due_on       TEXT,
        project_gid  TEXT UNIQUE,
        gid          TEXT,
        state        TEXT NOT NULL CHECK (state IN ('pending', 'made', 'parked')) DEFAULT 'pending',
        reason       TEXT NOT NULL DEFAULT '',
        unsure       INTEGER NOT NULL DEFAULT 0,
        linked       INTEGER NOT NULL DEFAULT 0,
        wanted_at    TEXT NOT NULL
    ) STRICT
    """,
    # The songs' tasks that are the producer's own, as they were when last read.
    """
    CREATE TABLE song_task (
        project_gid  TEXT NOT NULL,
        gid          TEXT NOT NULL,
        name         TEXT NOT NULL,
        minutes      INTEGER,
        completed    INTEGER NOT NULL,
        place        INTEGER NOT NULL,
        PRIMARY KEY (project_gid, gid)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX song_task_gid ON song_task (gid)",
    # When all of a song was read last; `hidden` is 1 where Asana did not show it then.
    """
    CREATE TABLE song_look (
        project_gid  TEXT PRIMARY KEY,
        read_at      TEXT NOT NULL,
        hidden       INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID
    """,
)

RESTS = (
    # The break of the song map that follows a task, in minutes, and what it is for. Asana knows nothing of it.
    "ALTER TABLE journal ADD COLUMN rest INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE journal ADD COLUMN rest_title TEXT NOT NULL DEFAULT ''",
)

EVENT_KINDS = {
    "SessionStarted": "session-started",
    "BoxStarted": "timebox-started",
    "Paused": "paused",
    "Resumed": "resumed",
    "Warned": "warned",
    "TimeUp": "time-up",
    "Extended": "extended",
    "Held": "held",
    "Released": "released",
    "MarkedToComeBack": "marked-to-come-back",
    "BoxEnded": "timebox-ended",
    "BoxLeft": "timebox-left",
    "Undone": "undone",
    "BreakStarted": "break-started",
    "BreakEnded": "break-ended",
    "Absent": "suspended",
    "Renamed": "renamed",
    "Joined": "added",
    "Gone": "removed",
    "Reordered": "reordered",
    "SessionEnded": "session-ended",
}
"""What stood in `event.kind` until version 6 (the name of a class of that time) -> what stands there since."""

KINDS = (
    # An event's kind is a word of its own, no longer the name of a class.
    "DROP TRIGGER event_is_a_fact",
    *(f"UPDATE event SET kind = '{kind}' WHERE kind = '{name}'" for name, kind in EVENT_KINDS.items()),
    # What an event says is called as it is in the code: a timebox, and the options of a session.
    *(
        f"UPDATE event SET facts = json_remove(json_set(facts, '$.{new}', json_extract(facts, '$.{old}')), '$.{old}')"
        f" WHERE kind IN ({kinds}) AND json_type(facts, '$.{old}') IS NOT NULL"
        for old, new, kinds in (
            ("box", "timebox", "'renamed', 'added'"),
            ("policy", "options", "'session-started'"),
        )
    ),
    EVENT_IS_A_FACT,
)

BASE = (
    # What the map said of a section, task or song when it was last handled, as JSON; '' where nobody knows.
    "ALTER TABLE journal ADD COLUMN base TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE song ADD COLUMN base TEXT NOT NULL DEFAULT ''",
    # The template line a task came from.
    "ALTER TABLE journal ADD COLUMN line TEXT NOT NULL DEFAULT ''",
    # 1 once the user heard that the map no longer has it.
    "ALTER TABLE journal ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0",
)

NO_TIME_ENTRIES = (
    # Time is no longer written into Asana: what was waiting to be is over, with a reason the user reads.
    """
    UPDATE outbox SET state = 'parked', unsure = 0, settled_at = strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now'),
        reason = 'Time entries are no longer sent to Asana; your times stay in the local database.'
    WHERE intent = 'time' AND state = 'pending'
    """,
    "DROP TABLE switched_off",
)

SONGS = (
    # What Asana calls the song and how many of its open tasks are nobody's or somebody else's.
    "ALTER TABLE song_look ADD COLUMN name TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE song_look ADD COLUMN link TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE song_look ADD COLUMN archived INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE song_look ADD COLUMN others INTEGER NOT NULL DEFAULT 0",
    # Tasks that were given back when their song was archived, to be taken again when it is restored.
    """
    CREATE TABLE unassigned_task (
        gid          TEXT PRIMARY KEY,
        project_gid  TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)

ONE_OUTBOX = (
    # One outbox for what a session and the board want of Asana. A card's `key` is its id, which stands in its notes;
    # `task_gid` is '' until it is made, `project_gid` its song's. `content` of a card: kind, notes, stage, due_on,
    # and linked once the song's project names it.
    """
    CREATE TABLE delivery (
        id             INTEGER PRIMARY KEY,
        event_id       INTEGER REFERENCES event,
        intent         TEXT NOT NULL CHECK (intent IN ('complete', 'reopen', 'time', 'comment', 'card')),
        key            TEXT NOT NULL DEFAULT '',
        task_gid       TEXT NOT NULL,
        task_name      TEXT NOT NULL,
        project_gid    TEXT,
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
    INSERT INTO delivery (id, event_id, intent, task_gid, task_name, content, state, reason, settled_at, tries,
        unsure, seen)
    SELECT id, event_id, intent, task_gid, task_name, content, state, reason, settled_at, tries, unsure, seen
    FROM outbox
    """,
    """
    INSERT INTO delivery (intent, key, task_gid, task_name, project_gid, content, state, reason, unsure)
    SELECT 'card', id, coalesce(gid, ''), name, project_gid,
        json_object('kind', kind, 'notes', notes, 'stage', stage, 'due_on', due_on, 'linked', linked),
        CASE state WHEN 'made' THEN 'delivered' ELSE state END, reason, unsure
    FROM wanted_card ORDER BY wanted_at, rowid
    """,
    "DROP TABLE outbox",
    "DROP TABLE wanted_card",
    "ALTER TABLE delivery RENAME TO outbox",
    "CREATE INDEX outbox_pending ON outbox (state, id)",
    "CREATE UNIQUE INDEX outbox_key ON outbox (intent, key) WHERE key <> ''",
    "CREATE UNIQUE INDEX outbox_song ON outbox (project_gid) WHERE project_gid IS NOT NULL",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    FIRST,
    ENGINE,
    SCAFFOLD,
    ORDER,
    BOARD,
    RESTS,
    KINDS,
    BASE,
    NO_TIME_ENTRIES,
    SONGS,
    ONE_OUTBOX,
)
