"""The public holidays of a country, from the `holidays` library; each year is computed once per process."""

from collections.abc import Mapping
from datetime import date
from functools import cache

import holidays

LANGUAGE = "es"


@cache
def public_holidays(country: str, year: int) -> Mapping[date, str]:
    """Days with their names, in Spanish if the library has them. A country it does not know has none."""
    if country not in holidays.list_supported_countries():
        return {}
    languages = holidays.list_localized_countries().get(country, [])
    language = next((known for known in languages if known.split("_")[0] == LANGUAGE), None)
    return dict(holidays.country_holidays(country, years=year, language=language))
