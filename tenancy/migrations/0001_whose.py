from django.db import migrations

# HMAC-SHA256 from the blocks that tenancy.proof.padded_keys makes; both sides are hashed once more before they are
# compared, so that the time it takes says nothing of how much of a guess was right.
WHOSE = """
CREATE TABLE tenancy_scopekey (
    id smallint PRIMARY KEY CHECK (id = 1),
    inner_block bytea NOT NULL,
    outer_block bytea NOT NULL
);
COMMENT ON TABLE tenancy_scopekey IS 'The key of tenancy.proof. The application''s role may not read it.';

CREATE FUNCTION tenancy_whose(kind text) RETURNS text
LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT said.whose
    FROM public.tenancy_scopekey AS key, (
        SELECT current_setting('occired.whose', true) AS whose, current_setting('occired.proof', true) AS proof
    ) AS said
    WHERE current_setting('occired.scope', true) = kind
    AND sha256(convert_to(said.proof, 'UTF8')) = sha256(convert_to(encode(sha256(key.outer_block || sha256(
        key.inner_block || convert_to(kind || '|' || said.whose || '|' || pg_backend_pid(), 'UTF8')
    )), 'hex'), 'UTF8'))
$$;
COMMENT ON FUNCTION tenancy_whose(text) IS
    'Whose rows this session may see (tenancy/context.py) when its scope is of that kind and proved, else NULL.';
"""
NOBODYS = """
DROP FUNCTION tenancy_whose(text);
DROP TABLE tenancy_scopekey;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [migrations.RunSQL(WHOSE, NOBODYS)]
