"""A product taken from a user takes its limits along: given again, it starts at zero (deny by default, decision 14)."""

from django.db import migrations

ADD = """
CREATE FUNCTION limits_end_with_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM limits_userlimit
        WHERE company_id = OLD.company_id AND user_id = OLD.user_id AND product_id = OLD.product_id;
    RETURN NULL;
END $$;
CREATE TRIGGER limits_end_with_assignment AFTER DELETE ON products_productassignment
    FOR EACH ROW EXECUTE FUNCTION limits_end_with_assignment();
"""
DROP = """
DROP TRIGGER limits_end_with_assignment ON products_productassignment;
DROP FUNCTION limits_end_with_assignment();
"""


class Migration(migrations.Migration):
    dependencies = [("limits", "0003_same_company"), ("products", "0003_same_company")]

    operations = [migrations.RunSQL(ADD, DROP)]
