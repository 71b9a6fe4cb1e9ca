CREATE TABLE users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL
);

CREATE TABLE tickets (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- it names a room, so it is never used twice
  title TEXT NOT NULL,
  opened_by TEXT NOT NULL REFERENCES users (id),
  opened_at TEXT NOT NULL
);

CREATE TABLE files (
  id TEXT PRIMARY KEY,
  ticket INTEGER NOT NULL REFERENCES tickets (id),
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  size INTEGER NOT NULL,
  uploaded_by TEXT NOT NULL REFERENCES users (id),
  uploaded_at TEXT NOT NULL
);

CREATE INDEX files_by_ticket ON files (ticket, uploaded_at);
