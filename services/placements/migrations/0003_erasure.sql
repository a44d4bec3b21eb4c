-- What was erased: whatever of it is stated again, late or from a backup, is erased again by whoever reads it.
-- A statement of no bytes stands for the whole child.
CREATE TABLE erased (
    authority text        NOT NULL,
    child     text        NOT NULL,
    statement bytea       NOT NULL CHECK (length(statement) IN (0, 16)),
    erased_at timestamptz NOT NULL DEFAULT now(),
    closings  integer     NOT NULL DEFAULT 0 CHECK (closings BETWEEN 0 AND 2),
    PRIMARY KEY (authority, child, statement)
);
COMMENT ON COLUMN erased.erased_at IS 'of the latest tombstones, by the database''s clock as the broker''s files go';
COMMENT ON COLUMN erased.closings IS 'records sent since so that the broker closes its files: after the first the '
    'values go, after the second the tombstones';
CREATE INDEX erased_still_in_files ON erased (erased_at) WHERE closings < 2;

ALTER TABLE erased ENABLE ROW LEVEL SECURITY;
ALTER TABLE erased FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON erased FOR SELECT
    USING (authority = (SELECT current_setting('holdfast.authority', true)));
CREATE POLICY erasing ON erased FOR INSERT
    WITH CHECK (authority = (SELECT current_setting('holdfast.authority', true)));
CREATE POLICY consuming ON erased
    USING ((SELECT current_setting('holdfast.authority', true)) = '*');
