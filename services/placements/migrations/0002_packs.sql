-- Frozen packs: the figures of a month end as they were when somebody froze them, and what they were made from.
-- Integers alone. Who was counted is in no pack: the register makes that list anew from the cut, and an erasure has
-- nothing to remove here. Nobody, the owner included, can change or delete a pack; a later one supersedes it.

CREATE TABLE packs (
    authority   text        NOT NULL,
    pack        uuid        NOT NULL,
    month_end   date        NOT NULL CHECK (extract(day FROM month_end + 1) = 1),
    number      integer     NOT NULL CHECK (number BETWEEN 1 AND 100),
    supersedes  uuid        CHECK ((supersedes IS NULL) = (number = 1)),
    frozen_at   timestamptz NOT NULL,
    issuer      text        NOT NULL,
    person      text        NOT NULL,
    role        text        NOT NULL,
    shown_as    text        NOT NULL,
    note        text        NOT NULL CHECK (length(note) <= 500),
    definitions text        NOT NULL,
    partition   integer     NOT NULL,
    read_to     bigint      NOT NULL,
    children    bigint      NOT NULL,
    statements  bigint      NOT NULL,
    targets     jsonb       NOT NULL,
    figures     jsonb       NOT NULL,
    PRIMARY KEY (authority, pack),
    -- Of two who freeze at one moment one is refused.
    UNIQUE (authority, month_end, number),
    UNIQUE (authority, month_end, pack),
    FOREIGN KEY (authority, month_end, supersedes) REFERENCES packs (authority, month_end, pack)
);
COMMENT ON COLUMN packs.number IS 'of the month end: the first is 1, and each supersedes the one before it';
COMMENT ON COLUMN packs.read_to IS 'the cut: the statements of the authority that first came before this offset';
COMMENT ON COLUMN packs.children IS 'how many were known of in the cut; fewer are found in it once one is erased';
COMMENT ON COLUMN packs.figures IS 'every indicator, breakdown and period, as rows of integers';

ALTER TABLE packs ENABLE ROW LEVEL SECURITY;
ALTER TABLE packs FORCE ROW LEVEL SECURITY;

-- No policy to change or delete, under any name, and none for the consumer.
CREATE POLICY reading ON packs FOR SELECT
    USING (authority = (SELECT current_setting('holdfast.authority', true)));
CREATE POLICY freezing ON packs FOR INSERT
    WITH CHECK (authority = (SELECT current_setting('holdfast.authority', true)));

-- Policies say nothing of TRUNCATE, and pass over a change in silence: this refuses all three, loudly.
CREATE FUNCTION packs_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a pack is never changed or deleted: freeze another, which supersedes it';
END
$$;
CREATE TRIGGER packs_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON packs
    FOR EACH STATEMENT EXECUTE FUNCTION packs_stay();
