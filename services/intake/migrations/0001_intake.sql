-- What intake alone holds: keys, tokens, children by pseudonym with what they have been said to be, and quarantine.

-- An authority's keys, wrapped by the master key that master_id names. keyid is their fingerprint on every event.
CREATE TABLE authority_keys (
    authority text PRIMARY KEY,
    keyid text NOT NULL UNIQUE,
    master_id text NOT NULL,
    wrapped bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);

-- A sender's token: its SHA-256, never itself.
CREATE TABLE tokens (
    token integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash bytea NOT NULL UNIQUE,
    authority text NOT NULL REFERENCES authority_keys,
    system text NOT NULL,
    types text[] NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);

CREATE INDEX tokens_by_authority ON tokens (authority);

-- A child, and the authority's own reference to it, sealed. statements counts the rows of the next table.
CREATE TABLE children (
    child bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    authority text NOT NULL,
    pseudonym text NOT NULL,
    reference bytea NOT NULL,
    statements integer NOT NULL DEFAULT 0,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (authority, pseudonym)
) WITH (fillfactor = 80);

-- The first eight bytes of the hash of each different statement about a child.
CREATE TABLE statements (
    child bigint NOT NULL,
    hash bigint NOT NULL,
    PRIMARY KEY (child, hash)
);

-- What was rejected, sealed, for a set time. The same body again is the same entry.
CREATE TABLE quarantine (
    entry bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    authority text NOT NULL,
    digest bytea NOT NULL,
    system text NOT NULL,
    id text,
    errors jsonb NOT NULL,
    body bytea NOT NULL,
    received_at timestamptz NOT NULL,
    last_received_at timestamptz NOT NULL,
    times integer NOT NULL DEFAULT 1,
    UNIQUE (authority, digest)
);

CREATE INDEX quarantine_by_age ON quarantine (last_received_at);
