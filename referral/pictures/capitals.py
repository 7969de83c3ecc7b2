"""Capital cities of the countries of the Rabat, Khartoum and Niamey processes, projected onto `land.py`."""

from collections.abc import Mapping
from functools import cache
from math import cos, radians, sin, sqrt

# Centre of the projection in degrees; scale and offset were fitted to 28 capitals placed on the outline (1 unit).
CENTRE = (20.0, 17.0)
SCALE = 486.97
OFFSET = (360.3, 440.4)

# Latitude and longitude in degrees.
CAPITALS: Mapping[str, tuple[float, float]] = {
    "AT": (48.21, 16.37),  # Vienna
    "BE": (50.85, 4.35),  # Brussels
    "BF": (12.37, -1.52),  # Ouagadougou
    "BG": (42.7, 23.32),  # Sofia
    "BJ": (6.5, 2.6),  # Porto-Novo
    "CD": (-4.32, 15.31),  # Kinshasa
    "CF": (4.36, 18.56),  # Bangui
    "CG": (-4.27, 15.28),  # Brazzaville
    "CH": (46.95, 7.45),  # Bern
    "CI": (6.82, -5.28),  # Yamoussoukro
    "CM": (3.87, 11.52),  # Yaoundé
    "CV": (14.93, -23.51),  # Praia
    "CY": (35.17, 33.36),  # Nicosia
    "CZ": (50.08, 14.44),  # Prague
    "DE": (52.52, 13.4),  # Berlin
    "DJ": (11.59, 43.15),  # Djibouti
    "DK": (55.68, 12.57),  # Copenhagen
    "DZ": (36.75, 3.06),  # Algiers
    "EE": (59.44, 24.75),  # Tallinn
    "EG": (30.04, 31.24),  # Cairo
    "ER": (15.32, 38.93),  # Asmara
    "ES": (40.42, -3.7),  # Madrid
    "ET": (9.01, 38.75),  # Addis Ababa
    "FI": (60.17, 24.94),  # Helsinki
    "FR": (48.86, 2.35),  # Paris
    "GA": (0.39, 9.45),  # Libreville
    "GB": (51.51, -0.13),  # London
    "GH": (5.56, -0.2),  # Accra
    "GM": (13.45, -16.58),  # Banjul
    "GN": (9.54, -13.68),  # Conakry
    "GQ": (3.75, 8.78),  # Malabo
    "GR": (37.98, 23.73),  # Athens
    "GW": (11.86, -15.6),  # Bissau
    "HR": (45.81, 15.98),  # Zagreb
    "HU": (47.5, 19.04),  # Budapest
    "IE": (53.35, -6.26),  # Dublin
    "IT": (41.9, 12.5),  # Rome
    "KE": (-1.29, 36.82),  # Nairobi
    "LR": (6.3, -10.8),  # Monrovia
    "LT": (54.69, 25.28),  # Vilnius
    "LU": (49.61, 6.13),  # Luxembourg
    "LV": (56.95, 24.11),  # Riga
    "LY": (32.89, 13.19),  # Tripoli
    "MA": (34.02, -6.84),  # Rabat
    "ML": (12.65, -8.0),  # Bamako
    "MR": (18.08, -15.98),  # Nouakchott
    "MT": (35.9, 14.51),  # Valletta
    "NE": (13.51, 2.11),  # Niamey
    "NG": (9.06, 7.49),  # Abuja
    "NL": (52.37, 4.9),  # Amsterdam
    "NO": (59.91, 10.75),  # Oslo
    "PL": (52.23, 21.01),  # Warsaw
    "PT": (38.72, -9.14),  # Lisbon
    "RO": (44.43, 26.1),  # Bucharest
    "SD": (15.5, 32.56),  # Khartoum
    "SE": (59.33, 18.07),  # Stockholm
    "SI": (46.06, 14.51),  # Ljubljana
    "SK": (48.15, 17.11),  # Bratislava
    "SL": (8.48, -13.23),  # Freetown
    "SN": (14.69, -17.45),  # Dakar
    "SO": (2.04, 45.34),  # Mogadishu
    "SS": (4.85, 31.58),  # Juba
    "ST": (0.34, 6.73),  # São Tomé
    "TD": (12.11, 15.04),  # N'Djamena
    "TG": (6.13, 1.22),  # Lomé
    "TN": (36.81, 10.18),  # Tunis
    "UG": (0.35, 32.58),  # Kampala
}


@cache
def position(country_code: str) -> tuple[float, float] | None:
    """Where the capital lies in the frame of `land.py`; None for a country that the map does not know."""
    if country_code not in CAPITALS:
        return None
    lat, lon = map(radians, CAPITALS[country_code])
    lat_0, lon_0 = map(radians, CENTRE)
    k = sqrt(2 / (1 + sin(lat_0) * sin(lat) + cos(lat_0) * cos(lat) * cos(lon - lon_0)))
    x = k * cos(lat) * sin(lon - lon_0)
    y = k * (cos(lat_0) * sin(lat) - sin(lat_0) * cos(lat) * cos(lon - lon_0))
    return OFFSET[0] + SCALE * x, OFFSET[1] - SCALE * y
