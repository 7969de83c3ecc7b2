"""The countries of the Rabat, Khartoum and Niamey processes: one table, and their names in four languages.

Sources: the member lists of the three dialogues; ECOWAS membership after 29 January 2025; the fifteen ratifications
of the African Union's Malabo Convention known when it came into force on 8 June 2023; European Union law for the
GDPR. Zones are the IANA zones of the capitals. Institutions are named only where public sources name them.
"""

from functools import lru_cache
from typing import NamedTuple
from unicodedata import combining, normalize

from django.utils.translation import get_language, override
from django_countries import countries as iso_countries


class CountryRow(NamedTuple):
    """One country. The fields have the names of `accounts.models.Country`."""

    code: str
    alpha3: str
    zone: str
    focal_point_name: str = ""


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.split())


EUROPEAN_UNION = _codes("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE")
RABAT_OBSERVERS = _codes("DZ LY")
RABAT = (
    *_codes("DZ BJ BF CM CV CF TD CG CD CI GQ GA GM GH GN GW LR LY ML MR MA NE NG ST SN SL TG TN"),
    *EUROPEAN_UNION,
    *_codes("NO CH"),
)
KHARTOUM = (*EUROPEAN_UNION, *_codes("GB NO CH"), *_codes("DJ EG ER ET KE LY SO SS SD TN UG"))
NIAMEY = _codes("DE BF CI ES GN FR IT LY ML MR NE SN TD")
NIAMEY_WORKING_LEVEL = _codes("GM NG NL GB")
ECOWAS_MEMBERS = _codes("BJ CV CI GM GH GN GW LR NG SN SL TG")
ECOWAS_LEFT_2025 = _codes("BF ML NE")
# Mauritania left in 2000 and signed an association agreement in 2017.
ECOWAS_ASSOCIATES = _codes("MR")
MALABO = _codes("CV CG CI GH GN MR NE SN TG")
# The Union and Norway apply the GDPR; Switzerland and the United Kingdom hold an adequacy decision.
GDPR = (*EUROPEAN_UNION, *_codes("NO CH GB"))

TABLE = (
    CountryRow("AT", "AUT", "Europe/Vienna"),
    CountryRow("BE", "BEL", "Europe/Brussels"),
    CountryRow("BF", "BFA", "Africa/Ouagadougou"),
    CountryRow("BG", "BGR", "Europe/Sofia"),
    CountryRow("BJ", "BEN", "Africa/Porto-Novo"),
    CountryRow("CD", "COD", "Africa/Kinshasa"),
    CountryRow("CF", "CAF", "Africa/Bangui"),
    CountryRow("CG", "COG", "Africa/Brazzaville"),
    CountryRow("CH", "CHE", "Europe/Zurich"),
    CountryRow("CI", "CIV", "Africa/Abidjan", "CNLTP"),
    CountryRow("CM", "CMR", "Africa/Douala"),
    CountryRow("CV", "CPV", "Atlantic/Cape_Verde"),
    CountryRow("CY", "CYP", "Asia/Nicosia"),
    CountryRow("CZ", "CZE", "Europe/Prague"),
    CountryRow("DE", "DEU", "Europe/Berlin"),
    CountryRow("DJ", "DJI", "Africa/Djibouti"),
    CountryRow("DK", "DNK", "Europe/Copenhagen"),
    CountryRow("DZ", "DZA", "Africa/Algiers"),
    CountryRow("EE", "EST", "Europe/Tallinn"),
    CountryRow("EG", "EGY", "Africa/Cairo"),
    CountryRow("ER", "ERI", "Africa/Asmara"),
    CountryRow("ES", "ESP", "Europe/Madrid"),
    CountryRow("ET", "ETH", "Africa/Addis_Ababa", "Ministry of Justice"),
    CountryRow("FI", "FIN", "Europe/Helsinki"),
    CountryRow("FR", "FRA", "Europe/Paris"),
    CountryRow("GA", "GAB", "Africa/Libreville"),
    CountryRow("GB", "GBR", "Europe/London"),
    CountryRow("GH", "GHA", "Africa/Accra", "Human Trafficking Secretariat"),
    CountryRow("GM", "GMB", "Africa/Banjul", "NAATIP"),
    CountryRow("GN", "GIN", "Africa/Conakry", "CNLTPPA"),
    CountryRow("GQ", "GNQ", "Africa/Malabo"),
    CountryRow("GR", "GRC", "Europe/Athens"),
    CountryRow("GW", "GNB", "Africa/Bissau"),
    CountryRow("HR", "HRV", "Europe/Zagreb"),
    CountryRow("HU", "HUN", "Europe/Budapest"),
    CountryRow("IE", "IRL", "Europe/Dublin"),
    CountryRow("IT", "ITA", "Europe/Rome", "Department for Equal Opportunities"),
    CountryRow("KE", "KEN", "Africa/Nairobi"),
    CountryRow("LR", "LBR", "Africa/Monrovia", "Anti-TIP Taskforce"),
    CountryRow("LT", "LTU", "Europe/Vilnius"),
    CountryRow("LU", "LUX", "Europe/Luxembourg"),
    CountryRow("LV", "LVA", "Europe/Riga"),
    CountryRow("LY", "LBY", "Africa/Tripoli"),
    CountryRow("MA", "MAR", "Africa/Casablanca"),
    CountryRow("ML", "MLI", "Africa/Bamako", "CNCLTPPA"),
    CountryRow("MR", "MRT", "Africa/Nouakchott", "INLCTPTM"),
    CountryRow("MT", "MLT", "Europe/Malta"),
    CountryRow("NE", "NER", "Africa/Niamey", "CNCLTP/ANLTP-TIM"),
    CountryRow("NG", "NGA", "Africa/Lagos", "NAPTIP"),
    CountryRow("NL", "NLD", "Europe/Amsterdam"),
    CountryRow("NO", "NOR", "Europe/Oslo"),
    CountryRow("PL", "POL", "Europe/Warsaw"),
    CountryRow("PT", "PRT", "Europe/Lisbon"),
    CountryRow("RO", "ROU", "Europe/Bucharest"),
    CountryRow("SD", "SDN", "Africa/Khartoum"),
    CountryRow("SE", "SWE", "Europe/Stockholm"),
    CountryRow("SI", "SVN", "Europe/Ljubljana"),
    CountryRow("SK", "SVK", "Europe/Bratislava"),
    CountryRow("SL", "SLE", "Africa/Freetown"),
    CountryRow("SN", "SEN", "Africa/Dakar", "CNLTP"),
    CountryRow("SO", "SOM", "Africa/Mogadishu"),
    CountryRow("SS", "SSD", "Africa/Juba"),
    CountryRow("ST", "STP", "Africa/Sao_Tome"),
    CountryRow("TD", "TCD", "Africa/Ndjamena"),
    CountryRow("TG", "TGO", "Africa/Lome", "CNLTP"),
    CountryRow("TN", "TUN", "Africa/Tunis"),
    CountryRow(
        "UG",
        "UGA",
        "Africa/Kampala",
        "COPTIP and the Ministry of Gender, Labour and Social Development",
    ),
)

# Where the country's official short name differs from what django-countries says (United Nations terminology for
# English, French and Arabic; the European Union's style guide for Portuguese; Côte d'Ivoire asks not to be translated).
NAME_OVERRIDES: dict[str, dict[str, str]] = {
    "CD": {"pt": "República Democrática do Congo"},
    "CF": {"ar": "جمهورية أفريقيا الوسطى"},
    "CI": {"pt": "Côte d'Ivoire", "ar": "كوت ديفوار"},
    "CV": {"fr": "Cabo Verde"},
    "CZ": {"fr": "Tchéquie", "pt": "Chéquia"},
    "DJ": {"pt": "Jibuti"},
    "EE": {"ar": "إستونيا"},
    "EG": {"pt": "Egito"},
    "ES": {"ar": "إسبانيا"},
    "ET": {"ar": "إثيوبيا"},
    "GA": {"ar": "غابون"},
    "GM": {"en": "The Gambia"},
    "LU": {"ar": "لوكسمبورغ"},
    "ST": {"ar": "سان تومي وبرينسيبي"},
    "TG": {"ar": "توغو"},
}


@lru_cache(maxsize=2048)
def name_in(code: str, language: str) -> str:
    """The official short name of the ISO alpha-2 `code` in `language` (en, fr, pt, ar or a variant of them).

    Any country of ISO 3166 has a name, not only those of the dialogues: people come from everywhere.
    Raises `LookupError` for a code that ISO does not know.
    """
    spoken = language.split("-")[0]
    own = NAME_OVERRIDES.get(code, {}).get(spoken)
    if own:
        return own
    with override(language):
        name = str(iso_countries.name(code))
    if not name:
        raise LookupError(f"ISO 3166 has no country {code!r}.")
    return name


def country_name(code: str) -> str:
    """The name of a country in the reader's language; see `name_in`."""
    return name_in(code, get_language() or "en-gb")


def sort_key(name: str) -> str:
    """A key that orders names as a reader expects: accents, hamzas, case and an English article do not count."""
    plain = "".join(letter for letter in normalize("NFKD", name.casefold()) if not combining(letter))
    return plain.removeprefix("the ")
