-- Quarantine that people act on. A row goes with its body after a set time; what was done and how much, stays.

-- type: one of ours, or none. replay: the event as a replay has fixed it, sealed, from before it is published on: a
-- second replay says the same. child: the pseudonym of the child that it names, as mended; none: there was no replay.
ALTER TABLE quarantine
    ADD COLUMN type text,
    ADD COLUMN status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'replayed', 'dismissed')),
    ADD COLUMN decided_by text,
    ADD COLUMN decided_at timestamptz,
    ADD COLUMN reason text,
    ADD COLUMN replay bytea,
    ADD COLUMN child text,
    ADD CHECK ((replay IS NULL) = (child IS NULL)),
    ADD CHECK (status <> 'replayed' OR replay IS NOT NULL),
    ADD CHECK (status <> 'dismissed' OR (replay IS NULL AND reason IS NOT NULL)),
    ADD CHECK ((status = 'waiting') = (decided_at IS NULL));

CREATE INDEX quarantine_newest ON quarantine (authority, entry DESC);
CREATE INDEX quarantine_of_child ON quarantine (authority, child) WHERE child IS NOT NULL;

-- What came and what became of it, a row for each source and day of London: never more than a few a day.
CREATE TABLE quarantine_days (
    authority text NOT NULL,
    system text NOT NULL,
    day date NOT NULL,
    arrived integer NOT NULL DEFAULT 0,
    entered integer NOT NULL DEFAULT 0,
    replayed integer NOT NULL DEFAULT 0,
    dismissed integer NOT NULL DEFAULT 0,
    reopened integer NOT NULL DEFAULT 0,
    failed integer NOT NULL DEFAULT 0,
    PRIMARY KEY (authority, system, day)
);

INSERT INTO quarantine_days (authority, system, day, arrived, entered)
SELECT authority, system, (received_at AT TIME ZONE 'Europe/London')::date, sum(times), count(*)
FROM quarantine GROUP BY 1, 2, 3;

-- Who did what to which entry, and why. Rows are added and never changed; the entry itself may be gone.
CREATE TABLE quarantine_audit (
    line bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    authority text NOT NULL,
    entry bigint NOT NULL,
    by text NOT NULL,
    action text NOT NULL CHECK (action IN ('opened', 'replayed', 'dismissed', 'reopened')),
    reason text
);

CREATE INDEX quarantine_audit_of_entry ON quarantine_audit (authority, entry, line);
