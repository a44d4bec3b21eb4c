-- What people decide on findings, and whether an authority lets its stewards correct what systems have stated. Both are
-- written down for good: the latest of each holds. Closed by row-level security, as everything that has an authority.

CREATE TABLE decisions (
    number     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    authority  text        NOT NULL,
    child      text        NOT NULL,
    finding    text        NOT NULL CHECK (finding ~ '^[0-9a-f]{32}$'),
    code       text        NOT NULL,
    about      date,
    fact       text,
    decision   text        NOT NULL CHECK (decision IN ('accepted', 'asked', 'mended', 'reopened')),
    author     text        NOT NULL,
    role       text        NOT NULL,
    reason     text        NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    request    uuid        NOT NULL,
    decided_at timestamptz NOT NULL,
    UNIQUE (authority, request)
);
COMMENT ON COLUMN decisions.finding IS 'its identity: a hash of the child, the code, the day, and what its facts state';
COMMENT ON COLUMN decisions.code IS 'kept with the day and the fact, so that it can be read once the finding is gone';
COMMENT ON COLUMN decisions.request IS 'made up by whoever decides: asked twice, it is decided once';
CREATE INDEX decisions_by_child ON decisions (authority, child);

CREATE TABLE corrections_allowed (
    number     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    authority  text        NOT NULL,
    allowed    boolean     NOT NULL,
    author     text        NOT NULL,
    role       text        NOT NULL,
    decided_at timestamptz NOT NULL
);
COMMENT ON TABLE corrections_allowed IS 'the latest holds; where there is none, stewards may not correct';
CREATE INDEX corrections_allowed_by_authority ON corrections_allowed (authority, number);

ALTER TABLE decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE decisions FORCE ROW LEVEL SECURITY;
ALTER TABLE corrections_allowed ENABLE ROW LEVEL SECURITY;
ALTER TABLE corrections_allowed FORCE ROW LEVEL SECURITY;

-- No policy to change anything: a decision stays. Only a child that is erased takes those about it along.
CREATE POLICY reading ON decisions FOR SELECT
    USING (authority = (SELECT current_setting('holdfast.authority', true)));
CREATE POLICY deciding ON decisions FOR INSERT
    WITH CHECK (authority = (SELECT current_setting('holdfast.authority', true)));
CREATE POLICY consuming ON decisions FOR SELECT
    USING ((SELECT current_setting('holdfast.authority', true)) = '*');
CREATE POLICY erasing ON decisions FOR DELETE
    USING ((SELECT current_setting('holdfast.authority', true)) IN ('*', authority));

CREATE POLICY reading ON corrections_allowed FOR SELECT
    USING (authority = (SELECT current_setting('holdfast.authority', true)));
CREATE POLICY deciding ON corrections_allowed FOR INSERT
    WITH CHECK (authority = (SELECT current_setting('holdfast.authority', true)));
