from django.db import migrations, models
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Concat, Lower

SPACE = Value(" ")


def plain(whole: F | Func) -> models.GeneratedField:
    """A column in lower case without accents, kept by the database (`pages.words.plain_column`, as it was)."""
    accents = Value("áàäâãéèëêíìïîóòöôõúùüûñçý"), Value("aaaaaeeeeiiiiooooouuuuncy")
    expression = Func(Lower(whole), *accents, function="translate", output_field=TextField())
    return models.GeneratedField(db_persist=True, expression=expression, output_field=TextField())


def joined(*parts: F | Func) -> Concat:
    spaced = [each for part in parts for each in (SPACE, part)][1:]
    return Concat(*spaced, output_field=TextField())


NUMBER = Func(F("id_number"), Value(" .-"), Value(""), function="translate", output_field=TextField())


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_protect_rows")]

    operations = [
        migrations.AddField("profile", "plain_name", plain(F("name"))),
        migrations.AddField("user", "plain_details", plain(joined(F("username"), NUMBER, F("email"), F("mobile")))),
        migrations.AddField(
            "user", "plain_name", plain(joined(F("first_names"), F("first_surname"), F("second_surname")))
        ),
    ]
