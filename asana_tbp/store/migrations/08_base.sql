-- What the map said of a section, task or song when it was last handled, as JSON; '' where nobody knows.
ALTER TABLE journal ADD COLUMN base TEXT NOT NULL DEFAULT '';
ALTER TABLE song ADD COLUMN base TEXT NOT NULL DEFAULT '';

-- The template line a task came from.
ALTER TABLE journal ADD COLUMN line TEXT NOT NULL DEFAULT '';

-- 1 once the user heard that the map no longer has it.
ALTER TABLE journal ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;
