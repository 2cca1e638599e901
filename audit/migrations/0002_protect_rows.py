from django.db import migrations

from tenancy.operations import ProtectRows

# Who is nobody yet is refused: the one row that can be added before anybody is known, to the bank's own chain.
REFUSED_SIGN_IN = """
    company_id IS NULL AND chain_id = '00000000-0000-0000-0000-000000000000' AND actor_id IS NULL
    AND event = 'sign_in.refused' AND outcome = 'refused'
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("tenancy", "0001_whose")]

    operations = [
        ProtectRows("AuditEvent", sign_in_adds=REFUSED_SIGN_IN),
    ]
