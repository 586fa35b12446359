-- Everything on the board, each as the JSON of its fields.
CREATE TABLE IF NOT EXISTS things (gid INTEGER PRIMARY KEY, kind TEXT NOT NULL, row TEXT NOT NULL);
