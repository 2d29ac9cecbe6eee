"""Names, products and places that generated data is made of."""

FIRST = tuple(
    "Ada Ben Chloé Dana Emil Fatima Goran Hana Ivo Jana Kofi Lena Mara Nils Olga Pavel Rosa Samir Tess Yara".split()  # noqa: SIM905
)
LAST = tuple(
    "Abel Brandt Costa Diaz Eriksen Fischer Gomes Haddad Ito Jensen Klein Lopez Meyer Novak Okafor Petrov Quinn".split()  # noqa: SIM905
)
COUNTRIES = tuple(
    "AT BE CH CZ DE DK ES FI FR GB GR IE IT NL NO PL PT RO SE SK".split()  # noqa: SIM905
)
PRODUCTS = ("espresso beans", "filter paper", "milk jug", "grinder", "kettle", "cup, white", "cup, black", "scale")
STREETS = ("Harbour Road", "Mill Lane", "North Gate", "Old Town Square", "Station Street", "Rue de la Paix")
CITIES = ("Aarhus", "Bergen", "Córdoba", "Dresden", "Espoo", "Fünfkirchen", "Gdańsk", "Haarlem")
