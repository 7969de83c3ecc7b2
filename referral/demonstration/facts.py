"""What was known of each person on the first day. Plain, kind, nothing to stare at. All of it is invented."""

from __future__ import annotations

from typing import Any

Facts = dict[str, Any]


def person(**facts: Any) -> Facts:
    """A person found, with the usual beginnings."""
    return {
        "sex": "female",
        "age_basis": "statement",
        "found_by": "self",
        "safe_tonight": "yes",
        "interpreter_safe": True,
        "accompanied": "no",
        "safe_contact": "Through the focal point only",
        **facts,
    }


MORINGA = person(
    age_low=14, age_high=16, languages=["ha"], needs_interpreter=True, citizenships=["NG"], found_by="ngo",
    wishes="To be with her sister, and to go back to school.", call_tonight="The child protection officer on duty",
    opinion="possible", indicators=["deceived", "child_working", "cannot_leave"], name="Amina Talawari",
)  # fmt: skip
MORINGA_2 = person(
    age_low=17, age_high=17, languages=["ha"], needs_interpreter=True, citizenships=["NG"], found_by="ngo",
    wishes="To be with her little sister.", call_tonight="The child protection officer on duty",
    opinion="possible", indicators=["deceived", "cannot_leave"], name="Hauwa Talawari",
)  # fmt: skip
TAMARIN = person(
    sex="male", age_low=10, age_high=12, languages=["ff"], needs_interpreter=True, citizenships=["GM"], found_by="ngo",
    wishes="To sleep where he is now, and to speak with his mother.", call_tonight="The children's home",
    opinion="possible", indicators=["child_working", "spoken_for"], name="Samba Kantora",
)  # fmt: skip
KARITE = person(
    sex="male", age_low=13, age_high=15, languages=["mos", "dyu"], needs_interpreter=True, citizenships=["BF"],
    found_by="police", wishes="To learn a trade near his uncle's village, not on the farm.",
    call_tonight="The child protection officer on duty", opinion="possible",
    indicators=["child_working", "wages_withheld"], name="Issa Wendbark",
)  # fmt: skip
MIMOSA = person(
    age_low=16, age_high=19, age_basis="disputed", maybe_child=True, languages=["bin", "en"], citizenships=["NG"],
    found_by="health", wishes="To live near her aunt in France.", call_tonight="The shelter", opinion="possible",
    indicators=["deceived", "documents_taken", "debt", "threats"], name="Osasu Edegbe-Luma",
)  # fmt: skip
INDIGO = person(
    sex="male", age_low=26, age_high=26, languages=["mnk", "en"], citizenships=["GM"], found_by="police",
    wishes="That nobody calls him a criminal; to tell his two friends that he is sorry.", safe_tonight="no",
    call_tonight="The legal aid bureau", opinion="unclear", indicators=["recruited_online", "forced_offence", "cannot_leave"],
    name="Lamin Jarrakoto", held_by_security=True,
)  # fmt: skip
JASMIN = person(
    age_low=31, age_high=31, languages=["dyu", "fr"], citizenships=["CI"], feared_countries=[], dependants=1,
    found_by="ngo", wishes="To stay, and that nobody at home learns where she is.", no_family_contact=True,
    call_tonight="The shelter", opinion="possible", indicators=["documents_taken", "wages_withheld", "threats"],
    name="Mariam Konabelle",
)  # fmt: skip
ALIZE = person(
    sex="male", age_low=33, age_high=33, languages=["wo", "fr"], citizenships=["SN"], found_by="hotline",
    wishes="To go home to his children, and to be paid what he is owed.", call_tonight="The shelter",
    opinion="possible", indicators=["deceived", "wages_withheld", "cannot_leave"], name="Modou Ndarweli",
)  # fmt: skip
PAPAYE = person(
    age_low=28, age_high=28, languages=["mnk", "ar"], citizenships=["GM"], found_by="health",
    wishes="To go home before the rains, with her medicine.", call_tonight="The community health centre",
    opinion="possible", indicators=["documents_taken", "wages_withheld", "violence"], name="Fatou Sanjalli",
)  # fmt: skip
CORAL = person(
    age_low=19, age_high=19, languages=["yo", "en"], citizenships=["NG"], found_by="hotline",
    wishes="To decide for herself, and to study nursing.", call_tonight="The shelter", opinion="possible",
    indicators=["recruited_online", "threats", "debt"], name="Tola Adewinmi",
)  # fmt: skip
ACACIA = person(
    age_low=34, age_high=34, languages=["yo", "fon"], citizenships=["BJ"], found_by="border", dependants=2,
    wishes="To have her nieces with her again and to travel on.", call_tonight="The border protection desk",
    name="Afi Houndekou-Sola",
)  # fmt: skip
ACACIA_2 = person(
    age_low=12, age_high=12, languages=["yo", "fon"], citizenships=["BJ"], found_by="border", safe_tonight="yes",
    wishes="To be with her aunt.", call_tonight="The child protection officer on duty", name="Sena Houndekou-Sola",
)  # fmt: skip
ACACIA_3 = person(
    age_low=17, age_high=17, languages=["yo", "fon"], citizenships=["BJ"], found_by="border", safe_tonight="yes",
    wishes="To be with her aunt, and to know why they were stopped.", call_tonight="The child protection officer on duty",
    name="Nonvi Houndekou-Sola",
)  # fmt: skip
MANGUE = person(
    sex="male", age_low=23, age_high=23, languages=["bm", "fr"], citizenships=["ML"], found_by="health",
    wishes="That his leg heals, and then to work.", call_tonight="The community health centre", opinion="unlikely",
    indicators=[], name="Sekou Bamanake",
)  # fmt: skip
BAOBAB_1 = person(
    age_low=27, age_high=27, languages=["fr", "bm"], citizenships=["ML"], found_by="border", dependants=1, accompanied="yes",
    wishes="To stay with her son and to see a midwife.", call_tonight="The community health centre", safe_tonight="yes",
    name="Awa Diankoro", in_centre=True,
)  # fmt: skip
BAOBAB_2 = person(
    sex="male", age_low=6, age_high=6, age_basis="statement", languages=["bm"], citizenships=["ML"], found_by="border",
    accompanied="yes", wishes="To be with his mother.", call_tonight="The child protection officer on duty",
    name="Bakary Diankoro", in_centre=True,
)  # fmt: skip
BAOBAB_3 = person(
    sex="male", age_low=16, age_high=18, age_basis="estimate", languages=["wo"], needs_interpreter=True, found_by="border",
    wishes="To call his brother.", call_tonight="The child protection officer on duty", name="Pape Gueyantou", in_centre=True,
)  # fmt: skip
BAOBAB_4 = person(
    sex="male", age_low=40, age_high=40, languages=["wo", "fr"], citizenships=["SN"], found_by="border", safe_tonight="no",
    wishes="To explain that he was made to steer the boat.", call_tonight="The legal aid bureau", opinion="unclear",
    indicators=["forced_offence", "threats"], held_by_security=True, name="Ibou Mbayanor", in_centre=True,
)  # fmt: skip
BAOBAB_5 = person(
    sex="male", age_low=30, age_high=30, languages=["ar", "en"], citizenships=[], found_by="border",
    wishes="To ask for asylum.", call_tonight="The border protection desk", name="Yahya Omdarran", in_centre=True,
)  # fmt: skip
SESAME = person(
    age_low=29, age_high=29, languages=["en", "yo"], citizenships=["NG"], found_by="ngo",
    wishes="To go home for her mother's sake and to open a small shop.", call_tonight="The shelter", opinion="possible",
    indicators=["deceived", "debt"], name="Bisi Olatokun",
)  # fmt: skip
NEEM = person(
    sex="male", age_low=22, age_high=22, languages=["en", "ha"], citizenships=["NG"], found_by="hotline",
    wishes="To finish his treatment where his cousin lives.", call_tonight="The shelter", opinion="possible",
    indicators=["recruited_online", "cannot_leave"], name="Chidi Anyalebe",
)  # fmt: skip
