-- People, readers' tokens, sessions, and the webhooks that alerts are sent to. Nothing here names a child.

CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL,
    password_hash text NOT NULL,
    role text NOT NULL,
    authority text,
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz
);
-- A name is a name however it is written.
CREATE UNIQUE INDEX users_name ON users (lower(name));

CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    csrf text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE reader_tokens (
    id text PRIMARY KEY,
    secret_hash bytea NOT NULL UNIQUE,
    role text NOT NULL,
    authority text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_on date,
    revoked_at timestamptz
);

CREATE TABLE webhooks (
    id uuid PRIMARY KEY,
    authority text NOT NULL,
    url text NOT NULL,
    sealed_secret bytea NOT NULL,
    registered_by text NOT NULL,
    registered_at timestamptz NOT NULL DEFAULT now(),
    -- It hears of what is said on care.alerts from here on.
    generation text NOT NULL,
    from_offset bigint NOT NULL,
    removed_at timestamptz
);
CREATE INDEX webhooks_authority ON webhooks (authority) WHERE removed_at IS NULL;

CREATE TABLE deliveries (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    webhook_id uuid NOT NULL REFERENCES webhooks,
    alert_key text NOT NULL,
    since text NOT NULL,
    alert_state text NOT NULL,
    body text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'given up')),
    attempts int NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    last_outcome text,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    -- A record said twice is delivered once.
    UNIQUE (webhook_id, alert_key, since, alert_state)
);
CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE status = 'pending';

-- How far care.alerts has been turned into deliveries, so that what was cleaned up isn't sent again.
CREATE TABLE alerts_read (
    generation text PRIMARY KEY,
    next_offset bigint NOT NULL
);
