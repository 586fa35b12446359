-- One outbox for what a session and the board want of Asana. A card's `key` is its id, which stands in its notes;
-- `task_gid` is '' until it is made, `project_gid` its song's. `content` of a card: kind, notes, stage, due_on,
-- and linked once the song's project names it.
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
) STRICT;

INSERT INTO delivery (id, event_id, intent, task_gid, task_name, content, state, reason, settled_at, tries,
    unsure, seen)
SELECT id, event_id, intent, task_gid, task_name, content, state, reason, settled_at, tries, unsure, seen
FROM outbox;

INSERT INTO delivery (intent, key, task_gid, task_name, project_gid, content, state, reason, unsure)
SELECT 'card', id, coalesce(gid, ''), name, project_gid,
    json_object('kind', kind, 'notes', notes, 'stage', stage, 'due_on', due_on, 'linked', linked),
    CASE state WHEN 'made' THEN 'delivered' ELSE state END, reason, unsure
FROM wanted_card ORDER BY wanted_at, rowid;
DROP TABLE outbox;
DROP TABLE wanted_card;
ALTER TABLE delivery RENAME TO outbox;
CREATE INDEX outbox_pending ON outbox (state, id);
CREATE UNIQUE INDEX outbox_key ON outbox (intent, key) WHERE key <> '';
CREATE UNIQUE INDEX outbox_song ON outbox (project_gid) WHERE project_gid IS NOT NULL;
