"""Writes the sample files: small ones, each showing something that files do to those who read them.

    python samples/make_samples.py

The same files come out every time. samples/README.md says what each one shows; tests/unit/test_samples.py checks it.
"""

import gzip
import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

UPLOADS = Path(__file__).resolve().parent / "csv_profile"

FIRST_NAMES = "Ada Ben Chloé Dana Emil Fatima Goran Hana Ivo Jana Kofi Lena Mara Nils Olga Pavel Rosa Samir Tess Yara"
LAST_NAMES = (
    "Abel Brandt Costa Diaz Eriksen Fischer Gomes Haddad Ito Jensen Klein Lopez Meyer Novak Okafor Petrov Quinn"
)
PRODUCTS = ("espresso beans", "filter paper", "milk jug", "grinder", "kettle", "cup, white", "cup, black", "scale")
PLACES = ("Harbour", "Mill", "North Gate", "Old Town", "Station")


def dice(name: str) -> Random:
    """Its own dice for every file: changing one sample leaves the others as they are."""
    return Random(name)  # noqa: S311


def lines(rows: Iterable[Sequence[object]], delimiter: str = ",", end: str = "\n") -> str:
    """Rows as text; a cell that holds the delimiter is quoted, nothing else is."""
    return "".join(delimiter.join(quoted(str(cell), delimiter) for cell in row) + end for row in rows)


def quoted(cell: str, delimiter: str) -> str:
    return f'"{cell}"' if delimiter in cell else cell


def person(roll: Random) -> str:
    return f"{roll.choice(FIRST_NAMES.split())} {roll.choice(LAST_NAMES.split())}"


def sales() -> bytes:
    roll, day = dice("sales"), date(2026, 1, 2)
    rows: list[Sequence[object]] = [("order_id", "ordered_on", "customer", "product", "quantity", "unit_price", "paid")]
    for order in range(10001, 10401):
        day += timedelta(days=roll.random() < 0.4)
        price = f"{roll.lognormvariate(2.5, 0.6):.2f}"
        paid = "true" if roll.random() < 0.9 else "false"
        rows.append(
            (order, day, person(roll), roll.choice(PRODUCTS), min(9, int(roll.expovariate(0.5)) + 1), price, paid)
        )
    return lines(rows).encode()


def employees() -> bytes:
    """The ages run from 25 to 65 and are 42.5 on average; two salaries are missing."""
    roll = dice("employees")
    ages = [25, 65]
    while len(ages) < 100:
        younger = roll.randint(25, 60)
        ages += (younger, 85 - younger)  # a pair is 85 together: 42.5 each
    ages = [25, 65, *ages[2:98], 40, 40]
    ages[-1] += 4250 - sum(ages)
    rows: list[Sequence[object]] = [("name", "age", "salary", "join_date")]
    for number, age in enumerate(ages):
        salary = "" if number in (17, 71) else f"{28000 + 900 * (age - 25) + roll.randint(0, 24) * 500:.2f}"
        rows.append((person(roll), age, salary, date(2012, 3, 1) + timedelta(days=roll.randint(0, 5000))))
    return lines(rows).encode()


def decimal_commas() -> bytes:
    roll, moment = dice("decimal-commas"), datetime(2026, 3, 1, 6, 0)
    rows: list[Sequence[object]] = [("Datum", "Ort", "Temperatur", "Umsatz", "Gäste")]
    for number in range(180):
        temperature = f"{12 + 6 * roll.random():.1f}".replace(".", ",")
        turnover = f"{800 + 900 * roll.random():,.2f}".translate(str.maketrans(",.", ".,"))
        day = (moment + timedelta(days=number)).strftime("%d.%m.%Y")
        rows.append((day, roll.choice(("Hafen", "Mühle", "Nordtor")), temperature, turnover, roll.randint(40, 160)))
    return lines(rows, ";", "\r\n").encode()


def utf16() -> bytes:
    """What a spreadsheet calls "Unicode text": UTF-16 with a byte order mark, tabs, CRLF."""
    roll = dice("utf16")
    words = ("crème brûlée", "ölsardinen", "smørrebrød", "żurek", "ψωμί", "борщ", "寿司", "🍋 tart")
    rows: list[Sequence[object]] = [("article", "dish", "stock", "counted_at")]
    for article in range(1, 151):
        counted = datetime(2026, 5, 4, 18, roll.randint(0, 59), roll.randint(0, 59))
        rows.append((f"A-{article:04}", roll.choice(words), roll.randint(0, 90), counted))
    return b"\xff\xfe" + lines(rows, "\t", "\r\n").encode("utf-16-le")


def windows1252() -> bytes:
    roll = dice("windows-1252")
    houses = ("Café Müller", "Bäckerei Söhne", "L’Été", "Señor Piña", "Smörgås – Bar", "Façade")
    rows: list[Sequence[object]] = [("maison", "ouvert_depuis", "prix_€", "note")]
    for _ in range(120):
        opened = date(2001, 1, 1) + timedelta(days=roll.randint(0, 9000))
        rows.append(
            (roll.choice(houses), opened, f"{roll.uniform(2, 6):.2f}", roll.choice(("très bon", "déjà vu", "“ok”")))
        )
    return lines(rows, ";").encode("cp1252")


def sensors() -> bytes:
    roll, moment = dice("sensors"), datetime(2026, 6, 1)
    rows: list[Sequence[object]] = [("measured_at", "sensor", "humidity", "battery_ok")]
    for number in range(300):
        at = (moment + timedelta(minutes=5 * number)).isoformat() + "Z"
        rows.append(
            (
                at,
                f"s{number % 6}",
                f"{max(0.0, min(1.0, roll.gauss(0.55, 0.12))):.3f}",
                roll.choice(("yes", "yes", "no")),
            )
        )
    return lines(rows, "\t").encode()


def deliveries(rows: int = 1200) -> bytes:
    roll = dice("deliveries")
    table: list[Sequence[object]] = [("delivery", "place", "weight_kg", "late_minutes")]
    for number in range(1, rows + 1):
        table.append((number, roll.choice(PLACES), f"{roll.gammavariate(3, 4):.1f}", max(-15, int(roll.gauss(2, 9)))))
    return lines(table).encode()


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def preamble() -> bytes:
    roll = dice("preamble")
    title = "Monthly stock report\nPrinted on 2026-07-01\n\n"
    rows: list[Sequence[object]] = [("product", "place", "pieces", "value")]
    rows += [(p, q, roll.randint(0, 40), f"{roll.uniform(5, 400):.2f}") for p in PRODUCTS for q in PLACES]
    return (title + lines(rows, ";")).encode()


def members() -> bytes:
    """As a spreadsheet writes it: titles padded to the table's width, pounds, days in digits, addresses of people."""
    roll = dice("members")
    rows: list[Sequence[object]] = [
        ("Members of the rowing club", "", "", "", "", ""),
        ("As of", "2026-03-31", "", "", "", ""),
        ("member", "name", "e-mail", "joined", "fee", "country"),
    ]
    lands = ("GB", "NA", "ZA", "FR", "NO", "DE")
    for number in range(1, 81):
        name, day = person(roll), date(2016, 1, 5) + timedelta(days=roll.randint(0, 3600))
        mail = f"{name.lower().replace(' ', '.').replace('é', 'e')}{number}@example.com"
        fee = f"£{roll.randint(60, 2400):,}.{roll.choice(('00', '50'))}"
        rows.append((f"{number:05}", name, mail, f"{day:%Y%m%d}", fee, roll.choice(lands)))
    return lines(rows).encode()


def ragged() -> bytes:
    """Of 60 rows, row 10 is short, rows 20 and 40 are long; two lines are blank."""
    roll = dice("ragged")
    written = ["ticket,opened_on,severity,owner\n"]
    for number in range(1, 61):
        opened = date(2026, 2, 1) + timedelta(days=number)
        cells: list[object] = [number, opened, roll.choice(("low", "medium", "high")), person(roll)]
        if number == 10:
            cells = cells[:2]
        if number in (20, 40):
            cells += ["called back", "twice"]
        written.append(lines([cells]))
        if number in (15, 45):
            written.append("\n")
    return "".join(written).encode()


def quotes() -> bytes:
    """Each way to get quotes wrong once, among rows that are right. Every row must come out."""
    rows = [f"{number},{name},{number * 3}" for number, name in enumerate(("hose", "valve", "tap", "joint") * 10, 1)]
    rows[4] = '5,"elbow, 90°",15'
    rows[9] = '10,5" pipe,30'
    rows[14] = '15,"gasket" (rubber),45'
    rows[19] = '20,"never closed,60'
    rows[29] = '30,"two\nlines",90'
    rows[34] = '35,"the ""good"" one",105'
    return ("part,description,price\n" + "\n".join(rows) + "\n").encode()


def duplicate_headers() -> bytes:
    roll = dice("duplicate-headers")
    rows: list[Sequence[object]] = [("id", "name", "amount", "name", "", "amount")]
    rows += [(n, person(roll), n * 10, roll.choice(PLACES), "x", n / 4) for n in range(1, 41)]
    return lines(rows).encode()


def late_surprise() -> bytes:
    """The first thousands of rows promise whole numbers; what breaks the promise stands far down."""
    roll = dice("late-surprise")
    rows = [[number, str(roll.randint(100, 999)), str(roll.randint(1, 60))] for number in range(1, 4001)]
    for number, word in ((3001, "closed"), (3207, "12 units"), (3999, "see note")):
        rows[number - 1][1] = word
    rows[3499][2] = "7.5"
    return lines([("row", "reading", "minutes"), *rows]).encode()


def missing() -> bytes:
    spellings = ("", "NA", "n/a", "null", "None", "-", "NaN", "  ", "?", "#N/A")
    rows: list[Sequence[object]] = [("id", "score", "grade", "comment")]
    for number in range(1, 101):
        empty = number % 4 == 0
        score = spellings[number // 4 % len(spellings)] if empty else 50 + number * 37 % 50
        rows.append((number, score, "ABCD"[number % 4] if number % 10 else "NULL", ""))
    return lines(rows).encode()


def dates() -> bytes:
    """Days after the 12th show which of day and month comes first; one date is of another order, one is none."""
    roll = dice("dates")
    rows: list[Sequence[object]] = [("european", "american", "written_out", "with_zone")]
    for number in range(120):
        day = date(2025, 1, 1) + timedelta(days=roll.randint(0, 700))
        zone = datetime(day.year, day.month, day.day, number % 24, roll.randint(0, 59)).isoformat() + "+02:00"
        european = f"{day:%d/%m/%Y}"
        if number == 77:
            european = "31/02/2025"
        rows.append((european, f"{day:%m/%d/%Y}", f"{day:%d %b %Y}", zone))
    return lines(rows).encode()


def numbers() -> bytes:
    """Sums that binary arithmetic likes to get wrong, whole numbers past 64 bits, a tiny spread around a huge mean."""
    rows: list[Sequence[object]] = [("tenths", "wide", "swing", "near_a_billion")]
    for number in range(100):
        swing = ("1e16", "1", "-1e16", "1")[number % 4]
        rows.append(("0.1", 2**80 + number, swing, f"{1_000_000_000 + number % 3 / 10:.1f}"))
    return lines(rows).encode()


def no_header() -> bytes:
    roll = dice("no-header")
    rows = [
        (n, f"{roll.uniform(-5, 5):.3f}", date(2026, 4, 1) + timedelta(days=n), "on" if n % 3 else "off")
        for n in range(60)
    ]
    return lines(rows).encode()


def stray_bytes() -> bytes:
    """UTF-8 but for one row in Windows-1252, two NULs, and all three ways to end a line."""
    rows = [f"{number},{place},{number * 2}".encode() for number, place in enumerate(PLACES * 20, 1)]
    rows[40] = "41,Café,82".encode("cp1252")
    rows[60] = b"61,Mi\0ll,1\00022"
    rows[70] = "71,Château,142".encode()
    ends = [b"\r\n" if number % 2 else b"\n" for number in range(len(rows))]
    ends[50] = b"\r"
    return b"number,place,double\n" + b"".join(row + end for row, end in zip(rows, ends, strict=True))


def wide() -> bytes:
    roll = dice("wide")
    head = ["day", *(f"sensor_{n:03}" for n in range(1, 300))]
    rows = [[date(2026, 1, 1) + timedelta(days=n), *(roll.randint(0, 99) for _ in head[1:])] for n in range(40)]
    return lines([head, *rows]).encode()


def picture() -> bytes:
    """A PNG of 64 × 64 pixels, uncompressed so that its bytes are the same whatever zlib there is."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = b"".join(b"\0" + bytes((x * y) % 256 for x in range(64)) for y in range(64))
    header = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels, 0)) + chunk(b"IEND", b"")
    )


def truncated() -> bytes:
    """The first half of a gzip file, up to the end of a row. Stored, not squeezed: it breaks there with any zlib."""
    whole = gzip.compress(deliveries(1200), compresslevel=0, mtime=0)
    return whole[: whole.rindex(b"\n", 0, len(whole) // 2) + 1]


FILES: dict[str, Callable[[], bytes]] = {
    "sales.csv": sales,
    "employees.csv": employees,
    "decimal-commas.csv": decimal_commas,
    "utf-16.csv": utf16,
    "windows-1252.csv": windows1252,
    "sensors.tsv": sensors,
    "deliveries.csv.gz": lambda: packed(deliveries()),
    "menu + prices, 100%.csv": lambda: lines(
        [("dish", "price"), ("soup", 4.5), ("salad", 6), ("bread", 1.25)]
    ).encode(),
    "preamble.csv": preamble,
    "members.csv": members,
    "no-header.csv": no_header,
    "wide.csv": wide,
    "dates.csv": dates,
    "numbers.csv": numbers,
    "missing.csv": missing,
    "late-surprise.csv": late_surprise,
    "ragged.csv": ragged,
    "quotes.csv": quotes,
    "duplicate-headers.csv": duplicate_headers,
    "stray-bytes.csv": stray_bytes,
    "header-only.csv": lambda: b"id,name,amount\n",
    "empty.csv": lambda: b"",
    "picture.csv": picture,
    "truncated.csv.gz": truncated,
}


def main() -> None:
    UPLOADS.mkdir(exist_ok=True)
    for name, make in FILES.items():
        (UPLOADS / name).write_bytes(make())
    for path in UPLOADS.iterdir():
        if path.name not in FILES:
            print(f"{path} is not made here")


if __name__ == "__main__":
    main()
