"""Invented names. Family names are made from landscapes and plants, so that nobody bears them and everybody sees it.

Given names are short and common shapes of a region, alone they point at nobody. Names never leave through a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from random import Random

from referral.synthetic.draws import pick


@dataclass(frozen=True, slots=True)
class NameSet:
    """Given names by sex, and an invented set of family names, of one region."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]


REGIONS: Mapping[str, NameSet] = {
    "gulf_of_guinea": NameSet(
        female=tuple(
            "Adesua Bintola Efemi Folashe Ginika Isiome Kosi Lolade Morenka Ngeri Oyinade Temisa Yawa Zinora".split()
        ),
        male=tuple(
            "Adewan Bolu Chidera Dayo Edosa Femko Ikenna Kojovi Mawuto Nosaki Obinwa Sesinu Tundelo Yemade".split()
        ),
        family=tuple(
            "Lagunelo Palmadu Mangrovia Kapokari Irokodun Rafiabe Tidewola Okoumelu Harmatole Delta-Ayo Cocoyade "
            "Lianuwa Ebeneso Savanugbe".split()
        ),
    ),
    "sahel": NameSet(
        female=tuple(
            "Aminaka Bintel Coumbala Dielika Fantamé Hawaly Kadiane Mariel Nafilou Oumelle Penduré Saliya Tenimba Yacinde".split()
        ),
        male=tuple(
            "Abdoune Bakaly Demboro Ebrimel Fodéla Ibrane Kalilou Lamikan Modibel Ousmel Samboli Tidianou Yoroba Zakaly".split()
        ),
        family=tuple(
            "Dunelba Baobali Harmattane Karitéra Tamarou Sablédio Acaciané Nérékora Mimosane Oasiko Ronierly Balanza "
            "Falaisé Vent-Doré".split()
        ),
    ),
    "horn": NameSet(
        female=tuple(
            "Abrehet Bilane Deganit Eyeruta Fathiya Hodanel Kidane Letesil Mihreta Nasteho Rahelu Semira Winet Zahrola".split()
        ),
        male=tuple(
            "Abdinur Berhaneo Dawitel Elmiro Filmona Guledo Hagosel Isaiaso Kiflome Mebrato Noholi Robelo Samatar Yonasel".split()
        ),
        family=tuple(
            "Teffara Wadisan Sycamoro Incensa Rift-Alem Highlandu Myrrhali Coffeyso Juniperet Saltpano Monsoonle "
            "Terracelu Dry-Wadi Acaciano".split()
        ),
    ),
    "great_lakes": NameSet(
        female=tuple(
            "Achen Birungel Dembera Esterou Gatoni Jendela Kawiri Laketa Mumbila Namaro Nyamisa Songela Wangela Zuhuri".split()
        ),
        male=tuple(
            "Akelo Baraki Dukuze Erioth Gitonda Jumali Kiprono Lutali Mukisel Nderito Okellan Ssembi Tumaini Wafulan".split()
        ),
        family=tuple(
            "Papyruka Matokeri Lakeside-Omu Savannire Cratereno Jacarandu Cranewa Hippogo Teahillo Reedbanki Muvuleta "
            "Escarpa Raincloudo Volcanura".split()
        ),
    ),
    "elsewhere": NameSet(
        female=tuple(
            "Alina Brisea Corinel Danila Elisane Floria Ilana Mirela Noelia Oriana Samire Talina Velia Ziana".split()
        ),
        male=tuple(
            "Alarin Bastienel Corvin Darian Elioso Florin Iliano Milosar Norenzo Orlano Samirel Tavian Vilmaro Zorian".split()
        ),
        family=tuple(
            "Ombrelune Boisclairet Montevento Rivaluna Steinbachel Olivarra Nordhavnel Pinhallow Cedrasol Valdoria "
            "Lindengrün Aguaserra Kornblau Estuaria".split()
        ),
    ),
}

_COUNTRIES: Mapping[str, str] = {
    "gulf_of_guinea": "NG GH BJ TG CI LR SL CM GA GQ CG CD ST CF",
    "sahel": "SN GM ML MR NE BF GN GW TD CV MA DZ TN LY",
    "horn": "ER ET SO DJ SD SS EG",
    "great_lakes": "UG KE RW BI TZ",
}
REGION_OF: Mapping[str, str] = {country: region for region, listed in _COUNTRIES.items() for country in listed.split()}


def invented_name(rng: Random, country: str, sex: str) -> str:
    """Given and family name as used in the region of `country` (ISO alpha-2); `sex` is a code of `referral.enums.Sex`."""
    names = REGIONS[REGION_OF.get(country, "elsewhere")]
    given = {"female": names.female, "male": names.male}.get(sex, names.female + names.male)
    return f"{pick(rng, given)} {pick(rng, names.family)}"


def name_for(source_id: str, country: str, sex: str) -> str:
    """The invented name that always belongs to this identifier, whoever asks and however often."""
    seed = int.from_bytes(sha256(source_id.encode()).digest()[:8], "big")
    return invented_name(Random(seed), country, sex)  # noqa: S311 - a repeatable name, no secret
