-- What was erased and is never taken again: a whole child, or one statement about a child. Of the child the pseudonym
-- alone is left; its reference is forgotten with its row in `children`. A statement of no bytes stands for all.
CREATE TABLE refused (
    authority text NOT NULL,
    child text NOT NULL,
    statement bytea NOT NULL CHECK (length(statement) IN (0, 16)),
    refused_at timestamptz NOT NULL DEFAULT now(),
    refused_by text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (authority, child, statement)
);
