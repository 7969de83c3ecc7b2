"""Languages that people speak, by ISO 639 code, with their names. The shortest code of ISO 639-1, -2 or -3 counts.

The list follows the corridors of the three dialogues, with the large languages of both continents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.countries import sort_key

NAMES: Mapping[str, Promise] = {
    "aa": pgettext_lazy("language", "Afar"),
    "ak": pgettext_lazy("language", "Twi (Akan)"),
    "am": pgettext_lazy("language", "Amharic"),
    "ar": pgettext_lazy("language", "Arabic"),
    "bg": pgettext_lazy("language", "Bulgarian"),
    "bin": pgettext_lazy("language", "Edo"),
    "bm": pgettext_lazy("language", "Bambara"),
    "bn": pgettext_lazy("language", "Bengali"),
    "cs": pgettext_lazy("language", "Czech"),
    "da": pgettext_lazy("language", "Danish"),
    "de": pgettext_lazy("language", "German"),
    "din": pgettext_lazy("language", "Dinka"),
    "dje": pgettext_lazy("language", "Zarma"),
    "dyu": pgettext_lazy("language", "Dioula"),
    "ee": pgettext_lazy("language", "Ewe"),
    "efi": pgettext_lazy("language", "Efik"),
    "el": pgettext_lazy("language", "Greek"),
    "en": pgettext_lazy("language", "English"),
    "es": pgettext_lazy("language", "Spanish"),
    "et": pgettext_lazy("language", "Estonian"),
    "fa": pgettext_lazy("language", "Persian"),
    "fan": pgettext_lazy("language", "Fang"),
    "ff": pgettext_lazy("language", "Pulaar (Fula)"),
    "fi": pgettext_lazy("language", "Finnish"),
    "fon": pgettext_lazy("language", "Fon"),
    "fr": pgettext_lazy("language", "French"),
    "gaa": pgettext_lazy("language", "Ga"),
    "ha": pgettext_lazy("language", "Hausa"),
    "hi": pgettext_lazy("language", "Hindi"),
    "hr": pgettext_lazy("language", "Croatian"),
    "hu": pgettext_lazy("language", "Hungarian"),
    "ibb": pgettext_lazy("language", "Ibibio"),
    "ig": pgettext_lazy("language", "Igbo"),
    "it": pgettext_lazy("language", "Italian"),
    "kab": pgettext_lazy("language", "Kabyle"),
    "kea": pgettext_lazy("language", "Cape Verdean Creole"),
    "kg": pgettext_lazy("language", "Kikongo"),
    "kr": pgettext_lazy("language", "Kanuri"),
    "kri": pgettext_lazy("language", "Krio"),
    "ku": pgettext_lazy("language", "Kurdish"),
    "lg": pgettext_lazy("language", "Luganda"),
    "ln": pgettext_lazy("language", "Lingala"),
    "lt": pgettext_lazy("language", "Lithuanian"),
    "lua": pgettext_lazy("language", "Tshiluba"),
    "lv": pgettext_lazy("language", "Latvian"),
    "men": pgettext_lazy("language", "Mende"),
    "mey": pgettext_lazy("language", "Hassaniya"),
    "mg": pgettext_lazy("language", "Malagasy"),
    "mnk": pgettext_lazy("language", "Mandinka"),
    "mos": pgettext_lazy("language", "Mooré"),
    "mt": pgettext_lazy("language", "Maltese"),
    "nl": pgettext_lazy("language", "Dutch"),
    "no": pgettext_lazy("language", "Norwegian"),
    "nus": pgettext_lazy("language", "Nuer"),
    "om": pgettext_lazy("language", "Oromo"),
    "pa": pgettext_lazy("language", "Punjabi"),
    "pcm": pgettext_lazy("language", "Nigerian Pidgin"),
    "pl": pgettext_lazy("language", "Polish"),
    "pov": pgettext_lazy("language", "Guinea-Bissau Creole"),
    "pt": pgettext_lazy("language", "Portuguese"),
    "rn": pgettext_lazy("language", "Kirundi"),
    "ro": pgettext_lazy("language", "Romanian"),
    "ru": pgettext_lazy("language", "Russian"),
    "rw": pgettext_lazy("language", "Kinyarwanda"),
    "sg": pgettext_lazy("language", "Sango"),
    "sk": pgettext_lazy("language", "Slovak"),
    "sl": pgettext_lazy("language", "Slovenian"),
    "snk": pgettext_lazy("language", "Soninke"),
    "so": pgettext_lazy("language", "Somali"),
    "sq": pgettext_lazy("language", "Albanian"),
    "srr": pgettext_lazy("language", "Serer"),
    "sus": pgettext_lazy("language", "Susu"),
    "sv": pgettext_lazy("language", "Swedish"),
    "sw": pgettext_lazy("language", "Swahili"),
    "tem": pgettext_lazy("language", "Temne"),
    "ti": pgettext_lazy("language", "Tigrinya"),
    "tl": pgettext_lazy("language", "Tagalog"),
    "tmh": pgettext_lazy("language", "Tamashek"),
    "tr": pgettext_lazy("language", "Turkish"),
    "uk": pgettext_lazy("language", "Ukrainian"),
    "ur": pgettext_lazy("language", "Urdu"),
    "vi": pgettext_lazy("language", "Vietnamese"),
    "wo": pgettext_lazy("language", "Wolof"),
    "yo": pgettext_lazy("language", "Yoruba"),
    "zgh": pgettext_lazy("language", "Tamazight"),
    "zh": pgettext_lazy("language", "Chinese"),
}


def language_name(code: str) -> str:
    """The name in the reader's language; a code that is not listed stands as it is."""
    return str(NAMES.get(code, code))


def language_choices() -> list[tuple[str, str]]:
    """Pairs for a select, in the order of the names in the reader's language."""
    return sorted(((code, str(name)) for code, name in NAMES.items()), key=lambda pair: sort_key(pair[1]))


def language_list(codes: Iterable[str]) -> str:
    """ "Hausa, French and English": the names joined as the reader's language joins them; empty for none."""
    return get_text_list([language_name(code) for code in codes], _("and"))
