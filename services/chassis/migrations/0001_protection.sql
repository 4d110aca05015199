-- Row-level security and append-only tables, each said once and used by every table.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- A transaction sees the rows of its pooling area (`app.pooling_area`; `*` for the feed and the sweeps
-- that the service does by itself). An employer, an institution or an insured person (`app.party`)
-- sees only rows with its number in one of the named columns, and nothing in tables that name none.
-- A transaction that set neither sees nothing: forgetting shows no rows rather than all.
CREATE FUNCTION protect(relation regclass, VARIADIC party_columns text[] DEFAULT '{}')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    visible text := '(SELECT current_setting(''app.party'', true)) = ''''';
    party_column text;
BEGIN
    FOREACH party_column IN ARRAY party_columns LOOP
        visible := visible
            || format(' OR (SELECT current_setting(''app.party'', true)) = %I::text', party_column);
    END LOOP;
    -- One CASE rather than a conjunction: the planner takes it for half of the rows. What it would make
    -- of settings that it does not know is one row, and it would then join a month's rows one by one.
    visible := 'CASE WHEN (SELECT current_setting(''app.pooling_area'', true)) IN (pooling_area, ''*'') '
        || 'THEN ' || visible || ' ELSE false END';
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', relation);
    EXECUTE format('CREATE POLICY own_area_and_party ON %s USING (%s) WITH CHECK (%s)',
        relation, visible, visible);
END $$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: a correction is a counter-entry', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- Nobody, the owner included, changes or deletes a row.
CREATE FUNCTION append_only(relation regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', relation);
END $$;
