-- When each correction by a steward counts as recorded: asked again, by a request that went astray or a door that was
-- killed, it is the same statement. Neither the child nor what was said is kept here, only a hash of both.
CREATE TABLE corrections (
    authority text NOT NULL,
    request uuid NOT NULL,
    digest bytea NOT NULL,
    recordedtime text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (authority, request)
);

CREATE INDEX corrections_by_age ON corrections (made_at);
