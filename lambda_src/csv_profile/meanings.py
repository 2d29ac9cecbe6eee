"""What a column's values seem to be: e-mail addresses, card numbers, countries. Told from the values that are held.

A meaning is given to a column if at least nine of ten cells looked at have it. What may be personal data is named as
such; its values are masked in what is written of them.
"""

import json
import re
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import NamedTuple

from csv_profile.document import Meaning, MeaningName, Type
from csv_profile.facts import ColumnFacts

PERSONAL: frozenset[MeaningName] = frozenset(("e-mail", "IP address", "IBAN", "card number", "phone number"))

_LOOKED_AT = 1_000  # values
_FIRST = 20  # of which some must fit, or the rest is not looked at
_ENOUGH = 0.9
_LONGEST = 2_000

_EMAIL = re.compile(r"[^@\s\"<>,;]{1,64}+@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9-]{1,63}+){1,8}+")
_URL = re.compile(r"(?:https?|ftps?)://[^\s/]++\S*+", re.IGNORECASE)
_IP = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-fA-F:.]{2,45}")
_UUID = re.compile(r"\{?[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}\}?")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_CARD = re.compile(r"[2-6][0-9]{12,18}")
_PHONE = re.compile(r"(?:\+|00)?(?:[ ./-]?\(?[0-9]++\)?)++(?: ?(?:x|ext\.?) ?[0-9]{1,6})?", re.IGNORECASE)
_POSTAL = re.compile(r"[A-Z0-9]{2,5}(?:[ -]?[A-Z0-9]{2,5})?", re.IGNORECASE)
_UK_OR_CANADA = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}|[A-Z][0-9][A-Z] [0-9][A-Z][0-9]")

_COUNTRY_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
_COUNTRY_NAMES = """
afghanistan, albania, algeria, andorra, angola, argentina, armenia, australia, austria, azerbaijan, bahrain,
bangladesh, barbados, belarus, belgium, belize, benin, bhutan, bolivia, botswana, brazil, brunei, bulgaria, burkina
faso, burundi, cambodia, cameroon, canada, cape verde, chad, chile, china, colombia, comoros, congo, costa rica,
croatia, cuba, cyprus, czech republic, czechia, denmark, djibouti, dominica, dominican republic, ecuador, egypt, el
salvador, eritrea, estonia, eswatini, ethiopia, fiji, finland, france, gabon, gambia, georgia, germany, ghana,
greece, grenada, guatemala, guinea, guyana, haiti, honduras, hong kong, hungary, iceland, india, indonesia, iran,
iraq, ireland, israel, italy, ivory coast, jamaica, japan, jordan, kazakhstan, kenya, kiribati, kosovo, kuwait,
kyrgyzstan, laos, latvia, lebanon, lesotho, liberia, libya, liechtenstein, lithuania, luxembourg, madagascar,
malawi, malaysia, maldives, mali, malta, mauritania, mauritius, mexico, micronesia, moldova, monaco, mongolia,
montenegro, morocco, mozambique, myanmar, namibia, nauru, nepal, netherlands, new zealand, nicaragua, niger,
nigeria, north korea, norway, oman, pakistan, palau, panama, papua new guinea, paraguay, peru, philippines, poland,
portugal, puerto rico, qatar, romania, russia, rwanda, samoa, saudi arabia, senegal, serbia, seychelles, sierra
leone, singapore, slovakia, slovenia, somalia, south africa, south korea, spain, sri lanka, sudan, suriname, sweden,
switzerland, syria, taiwan, tajikistan, tanzania, thailand, togo, tonga, tunisia, turkey, turkmenistan, tuvalu,
uganda, ukraine, united arab emirates, united kingdom, united states, uruguay, usa, uzbekistan, vanuatu, venezuela,
vietnam, yemen, zambia, zimbabwe
"""
_CURRENCY_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT
MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD
SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV
WST XAF XCD XOF XPF YER ZAR ZMW ZWL
"""
COUNTRIES = frozenset(_COUNTRY_CODES.split())
_NAMED = frozenset(" ".join(name.split()) for name in _COUNTRY_NAMES.split(","))
_CURRENCIES = frozenset(_CURRENCY_CODES.split())


def is_ip_address(text: str) -> bool:
    if not _IP.fullmatch(text):
        return False
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_iban(text: str) -> bool:
    """By its check digits (ISO 7064, mod 97-10)."""
    text = text.replace(" ", "")
    return bool(_IBAN.fullmatch(text)) and int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def is_card_number(text: str) -> bool:
    """By its check digit (Luhn)."""
    digits = text.replace(" ", "").replace("-", "")
    if not _CARD.fullmatch(digits) or len(set(digits)) < 2:
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10 == 0


def is_phone_number(text: str) -> bool:
    """Written as no other number is: with a plus or two zeros before it, or in groups."""
    return 7 <= sum(map(str.isdigit, text)) <= 17 and len(text) <= 30 and bool(_PHONE.fullmatch(text))


def is_json(text: str) -> bool:
    if text[:1] not in "[{" or text[-1:] not in "]}":
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _between(low: float, high: float) -> Callable[[str], bool]:
    def test(text: str) -> bool:
        try:
            return low <= float(text) <= high
        except ValueError:
            return False

    return test


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


class _Rule(NamedTuple):
    name: MeaningName
    test: Callable[[str], bool]
    types: tuple[Type, ...] = ("string",)
    hint: re.Pattern[str] | None = None  # a column's name must have it: its values alone tell too little


def _hint(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[^a-z])(?:{words})", re.IGNORECASE)


_RULES = (
    _Rule("e-mail", _matches(_EMAIL)),
    _Rule("URL", _matches(_URL)),
    _Rule("IP address", is_ip_address),
    _Rule("UUID", _matches(_UUID)),
    _Rule("IBAN", is_iban),
    _Rule("card number", is_card_number, ("string", "int")),
    _Rule("phone number", lambda text: text[:1] == "+" and is_phone_number(text)),
    _Rule("phone number", is_phone_number, ("string", "int"), _hint("phone|tel|mobile|cell|fax|handy|msisdn")),
    _Rule("postal code", _matches(_UK_OR_CANADA)),
    _Rule("postal code", _matches(_POSTAL), ("string", "int"), _hint("zip|post_?-? ?code|postal|postcode|plz|cep$")),
    _Rule("country", lambda text: text in COUNTRIES, hint=_hint("country|nation|land|pays|iso")),
    _Rule("country", lambda text: text.lower() in _NAMED),
    _Rule("currency", _CURRENCIES.__contains__),
    _Rule("latitude", _between(-90, 90), ("float",), _hint("lat(?:itude)?(?![a-z])")),
    _Rule("longitude", _between(-180, 180), ("float",), _hint("lo?ng?(?:itude)?(?![a-z])")),
    _Rule("JSON", is_json),
)


def meaning(facts: ColumnFacts, name: str, kind: Type) -> Meaning | None:
    values = [(value.strip(), count) for value, count in facts.values[:_LOOKED_AT] if len(value) <= _LONGEST]
    if not values:
        return None
    total = sum(count for _, count in values)
    for rule in _RULES:
        if kind not in rule.types or (rule.hint and not rule.hint.search(_spaced(name))):
            continue
        if not any(rule.test(value) for value, _ in values[:_FIRST]):
            continue
        fitting = sum(count for value, count in values if rule.test(value))
        if fitting >= _ENOUGH * total:
            return {"name": rule.name, "percentage": round(100 * fitting / total, 4)}
    return None


def _spaced(name: str) -> str:
    """homePhone as home Phone."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)


_LETTERS = re.compile(r"[^\W\d_]")
_DIGITS = re.compile(r"\d")


def mask(value: str) -> str:
    """What a value looks like, without what it says: xxx.xxx@xxxxxxx.xxx, +99 999 999."""
    return _DIGITS.sub("9", _LETTERS.sub("x", value))


def mask_all(values: Sequence[str]) -> list[str]:
    return list(map(mask, values))
