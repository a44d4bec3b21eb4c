-- What returns said of a child that no fact says: which years' returns named it, what they could not tell, and ends of
-- rows. Children and facts are pseudonyms. `said` is JSON, read and written by the door alone.
CREATE TABLE returned (
    authority text NOT NULL,
    system text NOT NULL,
    child text NOT NULL,
    said bytea NOT NULL,
    PRIMARY KEY (authority, system, child)
);
