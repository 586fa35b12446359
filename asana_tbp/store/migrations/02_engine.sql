-- What Asana must still be told, in more words than "complete". `content` is the intent in JSON. `unsure` is
-- 1 from before a send until its answer; `seen` holds the gids Asana had before a create, so that one whose
-- answer was lost is found again.
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
) STRICT;

INSERT INTO intent (id, event_id, intent, task_gid, task_name, state, reason, settled_at)
SELECT id, event_id, intent, task_gid, task_name, state, reason, settled_at FROM outbox;
DROP TABLE outbox;
ALTER TABLE intent RENAME TO outbox;
CREATE INDEX outbox_pending ON outbox (state, id);

-- How far a session is known to have come: what was worked until a crash.
CREATE TABLE heartbeat (
    session_id  INTEGER PRIMARY KEY REFERENCES session,
    tick        REAL NOT NULL,
    at          TEXT NOT NULL
) STRICT;

-- What a workspace's plan does not have, learnt from Asana's refusal.
CREATE TABLE switched_off (
    workspace_gid  TEXT NOT NULL,
    feature        TEXT NOT NULL,
    at             TEXT NOT NULL,
    PRIMARY KEY (workspace_gid, feature)
) STRICT, WITHOUT ROWID;
