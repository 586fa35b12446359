-- The board of stages: a project whose tasks are songs. `id` also stands in the notes of one that we made;
-- `gid` is NULL until Asana has confirmed it. The one chosen last is the board. `seen_until` is how far
-- changes of its songs have been read, in Asana's time; `looked_at` when that was, in ours.
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
) STRICT;

-- Which stage of the settings became which section of a board of ours; without a gid its create was sent
-- and not yet answered.
CREATE TABLE stage_made (
    board_id  TEXT NOT NULL REFERENCES board ON DELETE CASCADE,
    key       TEXT NOT NULL,
    gid       TEXT,
    PRIMARY KEY (board_id, key)
) STRICT, WITHOUT ROWID;

-- What Asana had at the last look: stages and cards in its order.
CREATE TABLE stage (
    gid       TEXT PRIMARY KEY,
    board_id  TEXT NOT NULL REFERENCES board ON DELETE CASCADE,
    name      TEXT NOT NULL,
    place     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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
) STRICT, WITHOUT ROWID;

-- A card that is wanted, an idea's or a song's. Its id stands in the card's notes. `unsure` is 1 from before
-- a send until its answer. `linked` is 1 once the song's project and the card name each other.
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
) STRICT;

-- The songs' tasks that are the producer's own, as they were when last read.
CREATE TABLE song_task (
    project_gid  TEXT NOT NULL,
    gid          TEXT NOT NULL,
    name         TEXT NOT NULL,
    minutes      INTEGER,
    completed    INTEGER NOT NULL,
    place        INTEGER NOT NULL,
    PRIMARY KEY (project_gid, gid)
) STRICT, WITHOUT ROWID;
CREATE INDEX song_task_gid ON song_task (gid);

-- When all of a song was read last; `hidden` is 1 where Asana did not show it then.
CREATE TABLE song_look (
    project_gid  TEXT PRIMARY KEY,
    read_at      TEXT NOT NULL,
    hidden       INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
