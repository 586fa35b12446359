-- A song map that is, or is about to be, an Asana project. `id` also stands in the project's notes.
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
) STRICT;

-- Which section or task of a song map has which gid; a row without one was sent and not yet answered.
-- `ours` is 1 where we made it, `placed` is 1 once its place was verified, `place` is the ideal order.
CREATE TABLE journal (
    song_id  TEXT NOT NULL REFERENCES song ON DELETE CASCADE,
    kind     TEXT NOT NULL CHECK (kind IN ('section', 'task')),
    key      TEXT NOT NULL,
    gid      TEXT,
    ours     INTEGER NOT NULL DEFAULT 1,
    placed   INTEGER NOT NULL DEFAULT 0,
    place    INTEGER,
    PRIMARY KEY (song_id, kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    id           INTEGER PRIMARY KEY,
    project_gid  TEXT NOT NULL,
    title        TEXT NOT NULL,
    started_at   TEXT NOT NULL
) STRICT;

-- A session's log. Rows are added, never changed.
CREATE TABLE event (
    id          INTEGER PRIMARY KEY,
    session_id  INTEGER NOT NULL REFERENCES session,
    at          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    facts       TEXT NOT NULL
) STRICT;
CREATE INDEX event_of_session ON event (session_id, id);

CREATE TRIGGER event_is_a_fact BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;

-- Show changes waiting to be sent to Asana.
CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY,
    event_id    INTEGER NOT NULL UNIQUE REFERENCES event,
    intent      TEXT NOT NULL CHECK (intent IN ('complete')),
    task_gid    TEXT NOT NULL,
    task_name   TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'parked')) DEFAULT 'pending',
    reason      TEXT NOT NULL DEFAULT '',
    settled_at  TEXT
) STRICT;
CREATE INDEX outbox_pending ON outbox (state, id);
