-- The role as which a token's dry runs are told the authority's own figures; none: they aren't.
ALTER TABLE tokens ADD COLUMN figures_as text CHECK (figures_as IN ('analyst', 'manager'));
