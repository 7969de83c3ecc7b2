from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils.translation import override

from accounts import countries
from accounts.countries import name_in
from accounts.models import Country, EcowasStatus
from accounts.selectors import countries_sorted, country_name, focal_point_name

RABAT = (
    "DZ BJ BF CM CV CF TD CG CD CI GQ GA GM GH GN GW LR LY ML MR MA NE NG ST SN SL TG TN "
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL NO PL PT RO SK SI ES SE CH"
)
EUROPEAN_UNION = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"
KHARTOUM = EUROPEAN_UNION + " GB NO CH DJ EG ER ET KE LY SO SS SD TN UG"
NIAMEY = "DE BF CI ES GN FR IT LY ML MR NE SN TD"
ECOWAS = "BJ CV CI GM GH GN GW LR NG SN SL TG"
NAMED = "NG SN GM MR ML NE CI TG GN GH LR UG IT ET"
EVERY = [row.code for row in countries.TABLE]
# Names that are the same word in English and in the language.
SAME_WORD = {
    "fr": "BF BJ CG CI CV DJ FR GA GH GW KE LR LU ML MT NE NG PT SL TG",
    "pt": "BF CG CI CV ML MT PT SD SN TG UG",
    "ar": "",
}


def codes(**which: object) -> set[str]:
    return set(Country.objects.filter(**which).values_list("code", flat=True))


@pytest.mark.django_db
def test_the_rabat_process_has_57_countries_two_of_them_observers() -> None:
    assert codes(rabat=True) == set(RABAT.split())
    assert len(codes(rabat=True)) == 57
    assert codes(observer=True) == {"DZ", "LY"}


@pytest.mark.django_db
def test_the_khartoum_process_has_41_countries() -> None:
    assert codes(khartoum=True) == set(KHARTOUM.split())
    assert len(codes(khartoum=True)) == 41


@pytest.mark.django_db
def test_the_niamey_declaration_has_13_countries_and_4_at_working_level() -> None:
    assert codes(niamey=True) == set(NIAMEY.split())
    assert len(codes(niamey=True)) == 13
    assert codes(niamey_working_level=True) == {"GM", "NG", "NL", "GB"}


@pytest.mark.django_db
def test_every_country_belongs_to_a_dialogue() -> None:
    assert len(EVERY) == len(set(EVERY)) == Country.objects.count() == 67
    assert not Country.objects.filter(rabat=False, khartoum=False, niamey=False, niamey_working_level=False).exists()


@pytest.mark.django_db
def test_ecowas_has_twelve_members_since_three_left_in_2025() -> None:
    assert codes(ecowas=EcowasStatus.MEMBER) == set(ECOWAS.split())
    assert codes(ecowas=EcowasStatus.LEFT_2025) == {"BF", "ML", "NE"}


@pytest.mark.django_db
def test_the_gdpr_or_an_adequacy_decision_covers_all_of_europe_and_nobody_else() -> None:
    assert codes(gdpr=True) == {*EUROPEAN_UNION.split(), "NO", "CH", "GB"}
    assert not codes(gdpr=True, malabo=True)


@pytest.mark.parametrize("row", countries.TABLE, ids=lambda row: row.code)
def test_codes_and_zones_exist(row: countries.CountryRow) -> None:
    from django_countries import countries as iso

    assert iso.alpha3(row.code) == row.alpha3
    assert ZoneInfo(row.zone)


@pytest.mark.parametrize("language", ["en-gb", "fr", "pt", "ar"])
def test_every_country_has_a_real_name_in_each_language(language: str) -> None:
    names = {code: name_in(code, language) for code in EVERY}
    assert all(len(name) > 2 for name in names.values())
    assert len(set(names.values())) == len(names)
    if language == "ar":
        assert all("؀" <= letter <= "ۿ" or letter == " " for name in names.values() for letter in name)
    elif language != "en-gb":
        untranslated = {code for code in EVERY if names[code] == name_in(code, "en-gb")}
        assert untranslated <= set(SAME_WORD[language].split())


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("CI", "en-gb", "Côte d'Ivoire"),
        ("CI", "pt", "Côte d'Ivoire"),
        ("CV", "fr", "Cabo Verde"),
        ("GM", "en-gb", "The Gambia"),
        ("GM", "fr", "Gambie"),
        ("CZ", "en-gb", "Czechia"),
        ("CZ", "fr", "Tchéquie"),
        ("CD", "pt", "República Democrática do Congo"),
        ("TG", "ar", "توغو"),
        ("PL", "pt", "Polónia"),
    ],
)
def test_official_short_names_win(code: str, language: str, name: str) -> None:
    assert name_in(code, language) == name


def test_people_come_from_countries_outside_the_dialogues_too() -> None:
    with override("fr"):
        assert country_name("BD") == "Bangladesh"


def test_an_unknown_code_is_an_error_and_not_an_empty_name() -> None:
    with pytest.raises(LookupError):
        country_name("ZZ")


@pytest.mark.django_db
def test_lists_follow_the_readers_language() -> None:
    with override("en-gb"):
        english = [country.code for country in countries_sorted()]
    with override("fr"):
        french = [country.code for country in countries_sorted()]
    assert english[0] == "DZ"
    assert french[:2] == ["DZ", "DE"], "Algérie, Allemagne"
    assert english.index("GM") == english.index("GA") + 1, "the article of The Gambia does not count"
    assert french.index("EG") < french.index("ES") < french.index("FI"), "accents do not count"


@pytest.mark.django_db
def test_a_named_institution_is_shown_by_its_name_and_others_in_the_readers_language() -> None:
    with override("en-gb"):
        assert focal_point_name(Country.objects.get(code="NG")) == "NAPTIP"
        assert focal_point_name(Country.objects.get(code="BJ")) == "National focal point, Benin"


@pytest.mark.django_db
def test_exactly_the_institutions_of_public_sources_are_named() -> None:
    named = dict(Country.objects.exclude(focal_point_name="").values_list("code", "focal_point_name"))
    assert set(named) == set(NAMED.split())
    assert named["MR"] == "INLCTPTM"


@pytest.mark.django_db
def test_loading_again_corrects_a_row_and_adds_none() -> None:
    from accounts.services import load_countries

    Country.objects.filter(code="NG").update(zone="Europe/Paris")
    load_countries(Country, "default")
    assert Country.objects.get(code="NG").zone == "Africa/Lagos"
    assert Country.objects.count() == 67


@pytest.mark.django_db(transaction=True)
def test_a_flushed_database_has_its_countries_back() -> None:
    Country.objects.all().delete()
    call_command("flush", database="owner", interactive=False, verbosity=0)
    assert Country.objects.count() == 67
