-- What a workspace has shown of itself: where new tasks land, which way My Tasks can be ordered, how many
-- requests a minute it takes. `fact` names it.
CREATE TABLE workspace_fact (
    workspace_gid  TEXT NOT NULL,
    fact           TEXT NOT NULL,
    value          TEXT NOT NULL,
    learnt_at      TEXT NOT NULL,
    PRIMARY KEY (workspace_gid, fact)
) STRICT, WITHOUT ROWID;

-- 0 for a project that was there before its song map, so nothing in it is ours to rename.
ALTER TABLE song ADD COLUMN ours INTEGER NOT NULL DEFAULT 1;

-- The section of My Tasks with the song's tasks, and what became of their order: 'placed', or 'given up'.
ALTER TABLE song ADD COLUMN my_section TEXT;
ALTER TABLE song ADD COLUMN my_order TEXT;

-- 1 once a task stands in its section of My Tasks.
ALTER TABLE journal ADD COLUMN queued INTEGER NOT NULL DEFAULT 0;
