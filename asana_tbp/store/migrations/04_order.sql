-- In which order My Tasks last showed a song's tasks, as a JSON list. `followed` is 1 once the producer has
-- moved them there, or they stood in the ideal order: from then on My Tasks decides.
CREATE TABLE shown_order (
    project_gid  TEXT PRIMARY KEY,
    gids         TEXT NOT NULL,
    followed     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
