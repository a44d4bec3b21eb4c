"""What a schema is, as PostgreSQL's own catalogue says it: for telling whether two databases have the same one."""

from typing import Any, TypeAlias

import asyncpg

# By what it is, a line for each of them, in no order.
Schema: TypeAlias = dict[str, set[tuple[Any, ...]]]

_OF_A_TABLE = "FROM pg_class c WHERE c.relnamespace = to_regnamespace($1)"
_QUERIES = {
    "relations": "SELECT relname, relkind::text, relpersistence::text, relrowsecurity, relforcerowsecurity, "
    "relreplident::text, reloptions::text, pg_get_userbyid(relowner)::text, relacl::text, relispartition "
    + _OF_A_TABLE,
    "columns": "SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, "
    "a.attidentity::text, a.attgenerated::text, a.attstorage::text, a.attacl::text, "
    "a.attcollation::regcollation::text, "
    "pg_get_expr(d.adbin, d.adrelid) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
    "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
    "WHERE c.relnamespace = to_regnamespace($1) AND a.attnum > 0 AND NOT a.attisdropped",
    "indexes": "SELECT pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisprimary FROM pg_index i "
    "JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = to_regnamespace($1)",
    "constraints": "SELECT conrelid::regclass::text, conname, contype::text, convalidated, pg_get_constraintdef(oid) "
    "FROM pg_constraint WHERE connamespace = to_regnamespace($1)",
    "policies": "SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies "
    "WHERE schemaname = $1",
    "triggers": "SELECT pg_get_triggerdef(t.oid), t.tgenabled::text FROM pg_trigger t "
    "JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = to_regnamespace($1) AND NOT t.tgisinternal",
    "functions": "SELECT pg_get_functiondef(oid), proacl::text, pg_get_userbyid(proowner)::text FROM pg_proc "
    "WHERE pronamespace = to_regnamespace($1) AND prokind IN ('f', 'p')",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = $1",
    "types": "SELECT t.typname, t.typtype::text, t.typnotnull, t.typdefault, array(SELECT enumlabel::text FROM pg_enum "
    "WHERE enumtypid = t.oid ORDER BY enumsortorder)::text FROM pg_type t WHERE t.typnamespace = to_regnamespace($1)",
    "sequences": "SELECT sequencename, data_type::text, start_value, min_value, max_value, increment_by, cycle, "
    "cache_size FROM pg_sequences WHERE schemaname = $1",
    "comments": "SELECT pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description FROM pg_description d "
    "WHERE d.objoid IN (SELECT oid FROM pg_class WHERE relnamespace = to_regnamespace($1) "
    "UNION SELECT oid FROM pg_proc WHERE pronamespace = to_regnamespace($1) "
    "UNION SELECT oid FROM pg_constraint WHERE connamespace = to_regnamespace($1) "
    "UNION SELECT p.oid FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid "
    "WHERE c.relnamespace = to_regnamespace($1) "
    "UNION SELECT oid FROM pg_type WHERE typnamespace = to_regnamespace($1))",
}


async def schema_of(url: str, name: str) -> Schema:
    """Everything in the schema of this name."""
    connection = await asyncpg.connect(url)
    try:
        # So that what is named in a definition is named alike, whoever asks.
        await connection.execute("SET search_path = ''")
        return {what: {tuple(row) for row in await connection.fetch(query, name)} for what, query in _QUERIES.items()}
    finally:
        await connection.close()
