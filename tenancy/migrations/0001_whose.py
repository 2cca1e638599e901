from django.db import migrations

WHOSE = """
CREATE FUNCTION tenancy_whose(kind text) RETURNS text
LANGUAGE sql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT current_setting('occired.whose', true) WHERE current_setting('occired.scope', true) = kind
$$;
COMMENT ON FUNCTION tenancy_whose(text) IS
    'Whose rows this session may see (tenancy/context.py) when its scope is of that kind, NULL when it is not.';
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [migrations.RunSQL(WHOSE, "DROP FUNCTION tenancy_whose(text)")]
