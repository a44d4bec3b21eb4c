-- The register: every different statement once, how far each partition has been read, and who looked at whom.
-- Every table that has an authority is closed by row-level security, for the owner too. A transaction sees the
-- authority that it names in `holdfast.authority` and no other; the consumer names '*', and only it may write.

CREATE TABLE offsets (
    topic      text    NOT NULL,
    partition  integer NOT NULL CHECK (partition >= 0),
    read_to    bigint  NOT NULL CHECK (read_to >= 0),
    PRIMARY KEY (topic, partition)
);
COMMENT ON COLUMN offsets.read_to IS 'the next offset to read: moves in the transaction that wrote what was before it';

CREATE TABLE statements (
    authority   text        NOT NULL,
    child       text        NOT NULL,
    statement   bytea       NOT NULL CHECK (length(statement) = 16),
    system      text        NOT NULL,
    by_steward  boolean     NOT NULL,
    fact        text        NOT NULL,
    type        text        NOT NULL,
    happened_on date,
    recorded_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    partition   integer     NOT NULL,
    "offset"    bigint      NOT NULL,
    event       bytea       NOT NULL,
    PRIMARY KEY (authority, child, statement)
);
COMMENT ON COLUMN statements.happened_on IS 'the London day that the statement is about; none for a withdrawal';
COMMENT ON COLUMN statements.received_at IS 'of the first delivery, as is the offset; later deliveries change nothing';
COMMENT ON COLUMN statements.event IS 'the record as the broker held it; convert_from(event, ''UTF8'')::json to read it';

-- Which children have something new since an offset.
CREATE INDEX statements_by_offset ON statements (authority, "offset");

CREATE TABLE authorities (
    authority  text    PRIMARY KEY,
    changed_to bigint  NOT NULL,
    erased_to  bigint  NOT NULL DEFAULT 0,
    statements bigint  NOT NULL CHECK (statements >= 0)
);
COMMENT ON COLUMN authorities.changed_to IS 'the offset after the latest record that changed a statement: a version';
COMMENT ON COLUMN authorities.erased_to IS 'the offset after the latest tombstone that erased a statement';

CREATE TABLE looks (
    look      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    looked_at timestamptz NOT NULL DEFAULT now(),
    authority text        NOT NULL,
    issuer    text        NOT NULL,
    person    text        NOT NULL,
    role      text        NOT NULL,
    purpose   text        NOT NULL,
    child     text        NOT NULL,
    what      text        NOT NULL
);
COMMENT ON TABLE looks IS 'who looked at which child, written in the transaction of the reading; never changed';
CREATE INDEX looks_by_child ON looks (authority, child);

ALTER TABLE statements ENABLE ROW LEVEL SECURITY;
ALTER TABLE statements FORCE ROW LEVEL SECURITY;
ALTER TABLE authorities ENABLE ROW LEVEL SECURITY;
ALTER TABLE authorities FORCE ROW LEVEL SECURITY;
ALTER TABLE looks ENABLE ROW LEVEL SECURITY;
ALTER TABLE looks FORCE ROW LEVEL SECURITY;

-- The setting is asked for once a statement, not once a row.
CREATE POLICY reading ON statements FOR SELECT
    USING (authority = (SELECT current_setting('holdfast.authority', true)));
CREATE POLICY consuming ON statements
    USING ((SELECT current_setting('holdfast.authority', true)) = '*');

CREATE POLICY reading ON authorities FOR SELECT
    USING (authority = (SELECT current_setting('holdfast.authority', true)));
CREATE POLICY consuming ON authorities
    USING ((SELECT current_setting('holdfast.authority', true)) = '*');

-- No policy to change or delete: a look stays.
CREATE POLICY reading ON looks FOR SELECT
    USING (authority = (SELECT current_setting('holdfast.authority', true)));
CREATE POLICY looking ON looks FOR INSERT
    WITH CHECK (authority = (SELECT current_setting('holdfast.authority', true)));
