"""The one table between our records and the Human Trafficking Case Data Standard 2.0.

Header, writing, reading and `docs/standards.md` all come from `COLUMNS`. Names and values without `x_` are the
standard's own (International Organization for Migration, Creative Commons Attribution 4.0); `x_` marks ours.
Where the standard is coarser than we are, its column is written from the exact `x_` column named beside it: in
reading, the exact column counts when it is filled, and the two must agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django_countries.data import COUNTRIES as ISO_COUNTRIES

from accounts.countries import TABLE
from referral import enums
from referral.standards import record
from referral.standards.codecs import (
    Codec,
    Part,
    entry,
    flag,
    inside,
    instant,
    matching,
    one_of,
    several,
    text,
    translated,
    whole,
)

MARK = "x_synthetic"
"""The column that says that the row is invented. A row without it is refused, whatever else it holds."""

GENDER: Mapping[str, str] = {
    enums.Sex.FEMALE: "Feminine",
    enums.Sex.MALE: "Masculine",
    enums.Sex.OTHER: "NonConforming",
    enums.Sex.UNKNOWN: "NonSpecifiedUnknown",
}
CASE_STATUS: Mapping[str, str] = {
    stage: "FollowUp"
    if stage == enums.CaseStage.MONITORED
    else "Closed"
    if stage == enums.CaseStage.CLOSED
    else "Active"
    for stage in enums.CaseStage.values
}
NEVER_AN_END: Mapping[str, str] = {
    "ClosedReferred": "Active, FollowUp or Closed; being referred to somebody else never ends a case here"
}
TRAFFICKING_STATUS: Mapping[str, str] = {
    enums.TraffickingStatus.NOT_ASSESSED: "",
    enums.TraffickingStatus.PRESUMED: "PossibleVictimOfTrafficking",
    enums.TraffickingStatus.REASONABLE_GROUNDS: "PossibleVictimOfTrafficking",
    enums.TraffickingStatus.IDENTIFIED: "ActualVictimOfTrafficking",
    enums.TraffickingStatus.NOT_IDENTIFIED: "NotAVictimOfTrafficking",
}
# A case stores the standard's value, cut where it is longer than the column, or one of ours with `x_`.
EXPLOITATION: Mapping[str, str] = {
    "ForcedLabour": "ForcedLabour",
    "SexualExploitation": "SexualExploitation",
    "ChildLabour": "ChildLabour",
    "ForcedMarriage": "ForcedMarriage",
    "Servitude": "Servitude",
    "ForcedMilitary": "ForcedMilitaryByNonStateActors",
    "OrganRemoval": "OrganRemoval",
    "ForcedBegging": "ForcedBegging",
    "ForcedAdoption": "ForcedAdoption",
    "Surrogacy": "Surrogacy",
    "Other": "Other",
    "x_ForcedCriminality": "Other",
}
# Signs that say nothing about a means of control stand under "Other" and are read back from x_indicators alone.
CONTROL: Mapping[str, str] = {
    enums.Indicator.DECEIVED: "FalsePromises",
    enums.Indicator.DOCUMENTS_TAKEN: "WithholdsDocuments",
    enums.Indicator.DEBT: "DebtBondage",
    enums.Indicator.WAGES_WITHHELD: "TakesEarnings",
    enums.Indicator.VIOLENCE: "PhysicalAbuse",
    enums.Indicator.THREATS: "PhysicalThreats",
    enums.Indicator.CANNOT_LEAVE: "Other",
    enums.Indicator.RECRUITED_ONLINE: "Other",
    enums.Indicator.FORCED_OFFENCE: "Other",
    enums.Indicator.SPOKEN_FOR: "Other",
    enums.Indicator.CHILD_WORKING: "Other",
    enums.Indicator.FEAR: "Other",
}
# ISO 639-2 for the two-letter codes of `referral.languages`; a code of three letters stands as it is.
LANGUAGES: Mapping[str, str] = dict(
    pair.split("=")
    for pair in (
        "aa=aar ak=aka am=amh ar=ara bg=bul bm=bam bn=ben cs=cze da=dan de=ger ee=ewe el=gre en=eng es=spa et=est fa=per "
        "ff=ful fi=fin fr=fre ha=hau hi=hin hr=hrv hu=hun ig=ibo it=ita kg=kon kr=kau ku=kur lg=lug ln=lin lt=lit lv=lav "
        "mg=mlg mt=mlt nl=dut no=nor om=orm pa=pan pl=pol pt=por rn=run ro=rum ru=rus rw=kin sg=sag sk=slo sl=slv so=som "
        "sq=alb sv=swe sw=swa ti=tir tl=tgl tr=tur uk=ukr ur=urd vi=vie wo=wol yo=yor zh=chi"
    ).split()
)
LINKS = ("sibling", "parent", "child", "partner", "relative")

SOURCE_ID = matching(
    r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", "1 to 64 letters, digits and . _ : - beginning with a letter or digit"
)
PUBLIC_CODE = matching(r"[0-9A-HJKMNP-TV-Z]{8}", "8 characters of Crockford's alphabet")
LANGUAGE = matching(r"[A-Za-z]{2,3}(-[A-Za-z]{2,4})?", "a language code such as fr or mos")
COUNTRY = one_of([row.code for row in TABLE], "the alpha-2 code of a country of the three dialogues, such as NG")
ANY_COUNTRY = one_of(ISO_COUNTRIES, "an ISO 3166 alpha-2 country code")


def _spoken_at(place: int) -> Codec:
    back = {theirs: ours for ours, theirs in LANGUAGES.items()}

    def write(languages: tuple[str, ...]) -> str:
        return LANGUAGES.get(languages[place], languages[place]) if len(languages) > place else ""

    def read(cell: str) -> tuple[str, ...]:
        language = LANGUAGE.read(cell)
        return (back.get(language, language),)

    return Codec("an ISO 639-2 language code", write, read)


def _control() -> Codec:
    one = translated(CONTROL)

    def write(indicators: tuple[str, ...]) -> str:
        return ";".join(sorted({one.write(indicator) for indicator in indicators}))

    def read(cell: str) -> tuple[str, ...]:
        return tuple(one.read(part) for part in cell.split(";") if part.strip() != "Other")

    return Codec(f"list parted by ;; each {one.says}", write, read)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the attribute of `CaseRecord` that it carries, how, and what an empty cell means.

    `exact` names the column that is the exact form of this coarser one.
    """

    name: str
    attribute: str
    codec: Codec
    about: str
    required: bool = False
    empty: Any = ""
    exact: str = ""

    @property
    def ours(self) -> bool:
        return self.name.startswith("x_")


WHEREABOUTS = entry(
    record.WhereaboutsEntry,
    Part("happened_at", instant()),
    Part("kind", one_of(enums.WhereaboutsKind.values)),
    Part("country", COUNTRY),
    Part("support_running", flag()),
)
NEED = entry(
    record.NeedEntry,
    Part("kind", one_of(enums.NeedKind.values)),
    Part("urgency", one_of(enums.Urgency.values)),
    Part("opened_at", instant()),
    Part("met_at", instant(), optional=True),
)
SERVICE = entry(
    record.ServiceEntry,
    Part("kind", one_of(enums.NeedKind.values)),
    Part("provider_country", COUNTRY, optional=True, empty=""),
    Part("provider_kind", one_of(enums.InstitutionKind.values)),
    Part("state", one_of(enums.ServiceState.values)),
    Part("since_at", instant()),
    Part("until_at", instant(), optional=True),
    Part("funded_until_at", instant(), optional=True),
    Part("payer", inside(text(120)), optional=True, empty=""),
)
LEGAL = entry(
    record.LegalEntry,
    Part("kind", one_of(enums.LegalTrackKind.values)),
    Part("state", one_of(enums.LegalTrackState.values)),
    Part("country", COUNTRY),
    Part("since_at", instant()),
    Part("until_at", instant(), optional=True),
)
BLOCKED = entry(
    record.BlockedEntry,
    Part("country", COUNTRY, optional=True, empty=""),
    Part("institution_kind", one_of(enums.InstitutionKind.values), optional=True, empty=""),
)
LINK = entry(record.LinkEntry, Part("kind", one_of(LINKS)), Part("source_id", SOURCE_ID))

AGE = whole(0, 120)

COLUMNS: tuple[Column, ...] = (
    Column(
        "x_source_id",
        "source_id",
        SOURCE_ID,
        "Identifier of the case in the file; the same one is imported once.",
        required=True,
    ),
    Column("x_code", "code", PUBLIC_CODE, "Public code of the person.", required=True),
    Column("x_code_word", "code_word", text(24), "Spoken code word; another is given when it is taken.", required=True),
    Column("prs_Gender", "sex", translated(GENDER), "Sex as recorded.", empty=enums.Sex.UNKNOWN.value),
    Column("x_age_low", "age_low", AGE, "Youngest plausible age in years.", empty=None),
    Column("x_age_high", "age_high", AGE, "Oldest plausible age in years.", empty=None),
    Column(
        "x_age_basis",
        "age_basis",
        one_of(enums.AgeBasis.values),
        "What the age rests on.",
        empty=enums.AgeBasis.UNKNOWN.value,
    ),
    Column("prs_Citizenship", "citizenships", several(ANY_COUNTRY), "Citizenships, ISO 3166 alpha-2.", empty=()),
    Column("prs_PrimaryLanguage", "languages", _spoken_at(0), "First language, ISO 639-2.", exact="x_languages"),
    Column("prs_SecondaryLanguage", "languages", _spoken_at(1), "Second language, ISO 639-2.", exact="x_languages"),
    Column("x_languages", "languages", several(LANGUAGE), "All languages, in order.", empty=()),
    Column("x_dependants", "dependants", whole(0, 99), "Children or others who depend on the person.", empty=0),
    Column(
        "x_accompanied",
        "accompanied",
        one_of(enums.YesNoUnknown.values),
        "With family or a known adult.",
        empty=enums.YesNoUnknown.UNKNOWN.value,
    ),
    Column("x_needs_interpreter", "needs_interpreter", flag(), "Needs an interpreter.", empty=False),
    Column("x_adaptation", "adaptation", text(200), "Adapted support."),
    Column("x_wishes", "wishes", text(600), "What the person wants."),
    Column("x_no_family_contact", "no_family_contact", flag(), "Do not contact the family.", empty=False),
    Column("x_no_location", "no_location", flag(), "Do not share the location.", empty=True),
    Column(
        "x_feared_countries",
        "feared_countries",
        several(ANY_COUNTRY),
        "Countries where the person fears harm.",
        empty=(),
    ),
    Column(
        "x_blocked",
        "blocked",
        several(BLOCKED),
        "Who must never learn of the person; without a kind, the whole country.",
        empty=(),
    ),
    Column(
        "x_safe_tonight",
        "safe_tonight",
        one_of(enums.YesNoUnknown.values),
        "Safe tonight.",
        empty=enums.YesNoUnknown.UNKNOWN.value,
    ),
    Column("x_bed_until", "bed_until_at", instant(), "Bed until.", empty=None),
    Column("x_medicine_until", "medicine_until_at", instant(), "Medicine until.", empty=None),
    Column("cas_Status", "stage", translated(CASE_STATUS, NEVER_AN_END), "Status of the case.", exact="x_stage"),
    Column(
        "x_stage", "stage", one_of(enums.CaseStage.values), "Stage of the case.", empty=enums.CaseStage.DETECTED.value
    ),
    Column(
        "vic_TraffickingStatus",
        "status",
        translated(TRAFFICKING_STATUS),
        "What has been decided so far.",
        exact="x_status",
    ),
    Column(
        "x_status",
        "status",
        one_of(enums.TraffickingStatus.values),
        "Step of identification.",
        empty=enums.TraffickingStatus.NOT_ASSESSED.value,
    ),
    Column(
        "x_holder",
        "holder",
        COUNTRY,
        "Country whose focal point answers for the person, or did so last.",
        required=True,
    ),
    Column("x_opened_at", "opened_at", instant(), "When the case was opened, in exercise time.", required=True),
    Column("x_opened_in", "opened_in", COUNTRY, "Country in which it was opened.", required=True),
    Column("x_taken_at", "taken_at", instant(), "When the focal point took the case.", empty=None),
    Column("x_closed_at", "closed_at", instant(), "When it was closed.", empty=None),
    Column("x_found_by", "found_by", one_of(enums.FoundBy.values), "How the person was found.", required=True),
    Column("x_found_in", "found_in", COUNTRY, "Country in which the person was found.", required=True),
    Column(
        "hte_Country",
        "exploited_in",
        several(ANY_COUNTRY),
        "Countries of the trafficking events of type Exploitation.",
        empty=(),
    ),
    Column("x_route", "route", several(ANY_COUNTRY), "Countries of the journey, in order.", empty=()),
    Column(
        "vic_TypeOfExploitation",
        "exploitation",
        translated(EXPLOITATION),
        "Type of exploitation.",
        exact="x_exploitation",
    ),
    Column(
        "x_exploitation",
        "exploitation",
        one_of(EXPLOITATION),
        "The same with forced criminality, which the standard counts as Other.",
    ),
    Column(
        "vic_MethodsOfControl", "indicators", _control(), "Means of control, from the signs seen.", exact="x_indicators"
    ),
    Column(
        "x_indicators",
        "indicators",
        several(one_of(enums.Indicator.values)),
        "Items ticked in the last screening.",
        empty=(),
    ),
    Column("x_opinion", "opinion", one_of(enums.Opinion.values), "Opinion of the last screening."),
    Column("x_screened_at", "screened_at", instant(), "When it was made.", empty=None),
    Column("x_immediate_danger", "immediate_danger", flag(), "Immediate danger.", empty=False),
    Column(
        "x_non_punishment",
        "non_punishment",
        flag(),
        "Not to be punished for what trafficking made the person do.",
        empty=False,
    ),
    Column("x_risk_level", "risk_level", one_of(enums.RiskLevel.values), "Level of the last risk assessment."),
    Column("x_risk_assessed_at", "risk_assessed_at", instant(), "When it was made.", empty=None),
    Column("x_risk_valid_until", "risk_valid_until_at", instant(), "Until when it may be relied on.", empty=None),
    Column("x_whereabouts", "whereabouts", several(WHEREABOUTS), "Where the person was, from when on.", empty=()),
    Column("x_needs", "needs", several(NEED), "Needs.", empty=()),
    Column("x_services", "services", several(SERVICE), "Services; the provider by country and kind only.", empty=()),
    Column("x_legal_tracks", "legal_tracks", several(LEGAL), "Legal tracks, without outside references.", empty=()),
    Column("x_links", "links", several(LINK), "People who belong together, by x_source_id.", empty=()),
)

HEADER: tuple[str, ...] = (*(column.name for column in COLUMNS), MARK)
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}
EXACT: tuple[Column, ...] = tuple(column for column in COLUMNS if not column.exact)
COARSE: tuple[Column, ...] = tuple(column for column in COLUMNS if column.exact)
REQUIRED: tuple[str, ...] = (*(column.name for column in COLUMNS if column.required), MARK)
