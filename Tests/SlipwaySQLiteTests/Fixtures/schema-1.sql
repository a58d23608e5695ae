PRAGMA application_id = 1399613808;

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (name, value) VALUES ('store_id', lower(hex(randomblob(16))));

CREATE TABLE ledger (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT CHECK (sequence > 0),
    at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind <> ''),
    subject TEXT NOT NULL CHECK (subject <> ''),
    facts TEXT NOT NULL,
    previous_hash BLOB NOT NULL CHECK (length(previous_hash) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX ledger_subject ON ledger (subject);

CREATE TRIGGER ledger_keeps_records BEFORE UPDATE ON ledger BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_loses_no_records BEFORE DELETE ON ledger BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_grows_at_its_end BEFORE INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM ledger WHERE sequence >= NEW.sequence) BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TABLE deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT CHECK (number > 0),
    received_at INTEGER NOT NULL,
    disposition TEXT NOT NULL CHECK (disposition IN ('accepted', 'ignored', 'rejected')),
    key TEXT CHECK (length(CAST(key AS BLOB)) BETWEEN 1 AND 512),
    duplicate_of INTEGER REFERENCES deliveries (number),
    record INTEGER NOT NULL REFERENCES ledger (sequence),
    CHECK (duplicate_of IS NULL OR (duplicate_of < number AND key IS NOT NULL AND disposition <> 'rejected'))
) STRICT;
CREATE UNIQUE INDEX deliveries_first_of_key ON deliveries (key)
    WHERE key IS NOT NULL AND duplicate_of IS NULL AND disposition <> 'rejected';

CREATE TABLE launches (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 56),
    version INTEGER NOT NULL CHECK (version >= 0),
    pool INTEGER NOT NULL,
    profile TEXT NOT NULL,
    request INTEGER,
    ordinal INTEGER NOT NULL,
    ran INTEGER,
    state TEXT NOT NULL CHECK (state IN (
        'planned', 'starting', 'pending', 'online', 'busy', 'finished', 'cleaning', 'closed')),
    is_open INTEGER NOT NULL CHECK (is_open = (state <> 'closed')),
    can_take_job INTEGER NOT NULL CHECK (
        can_take_job = (state IN ('planned', 'starting', 'pending', 'online'))),
    outcome TEXT CHECK (outcome IN ('ran', 'unused', 'failed', 'lost', 'cancelled')),
    created_at INTEGER NOT NULL,
    state_since INTEGER NOT NULL,
    body TEXT NOT NULL,
    CHECK ((outcome IS NOT NULL) = (state IN ('cleaning', 'closed')))
) STRICT;
CREATE UNIQUE INDEX launches_ordinal ON launches (pool, request, ordinal) WHERE request IS NOT NULL;
CREATE UNIQUE INDEX launches_one_can_take_job ON launches (pool, request)
    WHERE request IS NOT NULL AND can_take_job = 1;
CREATE INDEX launches_open ON launches (created_at, id) WHERE is_open = 1;
CREATE INDEX launches_newest ON launches (created_at, id);
