-- How late facts came is asked of two years' happenings: of an authority's statements, those about some days.
CREATE INDEX statements_by_day ON statements (authority, happened_on) WHERE happened_on IS NOT NULL;
