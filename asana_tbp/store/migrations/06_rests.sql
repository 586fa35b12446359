-- The break of the song map that follows a task, in minutes, and what it is for. Asana knows nothing of it.
ALTER TABLE journal ADD COLUMN rest INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN rest_title TEXT NOT NULL DEFAULT '';
