-- What Asana calls the song and how many of its open tasks are nobody's or somebody else's.
ALTER TABLE song_look ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE song_look ADD COLUMN link TEXT NOT NULL DEFAULT '';
ALTER TABLE song_look ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE song_look ADD COLUMN others INTEGER NOT NULL DEFAULT 0;

-- Tasks that were given back when their song was archived, to be taken again when it is restored.
CREATE TABLE unassigned_task (
    gid          TEXT PRIMARY KEY,
    project_gid  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
