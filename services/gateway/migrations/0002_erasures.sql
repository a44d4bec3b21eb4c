-- Who erased something, when and why, and by when it is gone. Which child it was is nowhere in here.
CREATE TABLE erasures (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    authority text NOT NULL,
    what text NOT NULL CHECK (what IN ('child', 'statement')),
    asked_by text NOT NULL,
    role text NOT NULL,
    reason text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    -- None where it was broken off: whoever asked then asked again.
    done_at timestamptz,
    statements integer,
    figures_gone_at timestamptz,
    values_gone_by timestamptz,
    names_gone_by timestamptz
);
CREATE INDEX erasures_by_authority ON erasures (authority, asked_at DESC);
