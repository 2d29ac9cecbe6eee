"""Names of ingredients: a guest's words find what recipes call it, kinds find their members, and bars cover recipes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocktails.ingredients import covers, is_understood, members, near, understood
from cocktails.texts import key

# What a guest says, and how recipes write it. Each must lead to the same.
SAID = """
baileys: Baileys irish cream, Irish cream, Bailey's Irish Cream
creme de menthe: Creme de Menthe, Green Creme de Menthe, White Creme de Menthe
angostura: Angostura bitters, Angostura Bitters
bitters: Angostura bitters, Orange bitters, Peychaud bitters, Bitters
malibu: Malibu rum, Coconut rum, Coconut liqueur
curacao: Blue Curacao, Orange Curaçao, Curacao
coke: Coca-Cola, Cola, Pepsi Cola
simple syrup: Sugar syrup, Simple Syrup, Gomme syrup
whisky: Whiskey, Blended whiskey, Bourbon, Scotch, Rye whiskey, Irish whiskey, Jack Daniels, Johnnie Walker, Jim Beam
bourbon: Bourbon, Jim Beam, Wild Turkey
scotch: Scotch, Islay single malt Scotch, Johnnie Walker
absolut: Absolut Vodka, Absolut Citron, Absolut Kurant, Absolut Peppar
vodka: Vodka, Absolut Vodka, Lemon vodka, Vanilla vodka, Raspberry vodka, Peach Vodka
yogurt: Yoghurt, Plain yogurt
ice cream: Vanilla ice-cream, Ice-cream, Chocolate ice-cream
mint leaves: Mint, Fresh mint leaves, Mint leaf
mint: Mint
rum: Light rum, White rum, Dark rum, Gold rum, Spiced rum, Añejo rum, 151 proof rum, Bacardi, Malibu rum
white rum: Light rum, White Rum, Bacardi
light rum: White rum
tequila: Tequila, Gold tequila, Blanco tequila, Silver tequila
gin: Gin, Old Tom Gin, Beefeater
brandy: Brandy, Cognac, Apricot brandy, Cherry brandy, Pisco, Apple brandy
cognac: Cognac, Hennessy
triple sec: Triple sec, Cointreau
cointreau: Cointreau
orange liqueur: Triple sec, Grand Marnier, Cointreau, Blue Curacao
lime: Lime, Limes, Lime juice, Fresh Lime Juice, Lime peel, Lime wedge
lime juice: Lime juice, Fresh lime juice, Juice of lime
lemon: Lemon, Lemon juice, Lemon peel, Fresh Lemon Juice
orange: Orange, Orange juice, Orange spiral, Orange peel
orange juice: Orange juice, Fresh orange juice, Blood orange juice
pineapple: Pineapple, Pineapple juice
cranberry: Cranberries, Cranberry juice
tomato: Tomato, Tomato juice
soda: Soda water, Club soda, Carbonated water, Sparkling water
sparkling water: Soda water
tonic: Tonic water
sprite: 7-Up, Sprite
7up: 7-Up
ginger ale: Ginger ale
ginger beer: Ginger beer
red bull: Red Bull
coffee: Coffee, Espresso, Instant coffee
espresso: Espresso
tea: Tea, Iced tea, Earl Grey
hot chocolate: Hot chocolate
milk: Milk, Whole milk
cream: Cream, Heavy cream, Light cream, Half-and-half, Whipped cream
whipped cream: Whipped cream
half and half: Cream
coconut milk: Coconut milk, Cream of coconut
egg: Egg, Egg white, Egg yolk
egg white: Egg white, Egg White
sugar: Sugar, Powdered sugar, Brown sugar, Sugar syrup, Caster sugar
honey: Honey
grenadine: Grenadine
agave: Agave syrup, Agave nectar
maple syrup: Maple syrup
orgeat: Orgeat syrup, Almond syrup
salt: Salt, Sea salt
pepper: Black pepper, Pepper
tabasco: Tabasco sauce, Hot sauce
worcestershire: Worcestershire sauce
kahlua: Kahlua
coffee liqueur: Kahlua, Coffee liqueur, Tia Maria
amaretto: Amaretto, Disaronno
sambuca: Sambuca, Black Sambuca
absinthe: Absinthe
pernod: Pernod
ricard: Ricard
campari: Campari
aperol: Aperol
fernet: Fernet Branca
vermouth: Sweet Vermouth, Dry Vermouth, Vermouth, Rosso Vermouth
dry vermouth: Dry Vermouth, French vermouth
sweet vermouth: Sweet Vermouth, Red vermouth
martini rosso: Martini Rosso
champagne: Champagne
prosecco: Prosecco
bubbly: Champagne, Prosecco, Cava
wine: Red wine, White wine, Wine, Rose, Champagne
red wine: Red wine
port: Port, Ruby port
sherry: Sherry, Dry sherry
beer: Beer, Lager, Corona, Guinness stout, Ale
lager: Lager, Corona
cider: Cider, Hard cider
southern comfort: Southern Comfort
jager: Jägermeister
chambord: Chambord raspberry liqueur
midori: Midori melon liqueur
melon liqueur: Midori melon liqueur, Melon liqueur
st germain: St. Germain, Elderflower liqueur
elderflower: Elderflower
peach schnapps: Peach schnapps, Peachtree schnapps
schnapps: Peach schnapps, Peppermint schnapps, Butterscotch schnapps
cassis: Creme de Cassis
creme de cacao: Creme de Cacao, White Creme de Cacao
maraschino: Maraschino liqueur
galliano: Galliano
drambuie: Drambuie
chartreuse: Green Chartreuse, Yellow Chartreuse
limoncello: Limoncello
pimms: Pimm's No. 1
frangelico: Frangelico
everclear: Everclear, Grain alcohol
ice: Ice, Crushed ice, Ice cubes
cherry: Cherry, Cherries
banana: Banana, Bananas
strawberries: Strawberries, Strawberry
cucumber: Cucumber
ginger: Ginger, Fresh ginger
nutmeg: Nutmeg
cinnamon: Cinnamon, Cinnamon stick
chocolate syrup: Chocolate syrup
"""
WORDS = [line.split(": ") for line in SAID.strip().splitlines()]


@pytest.mark.parametrize(("said", "written"), WORDS, ids=[said for said, _ in WORDS])
def test_a_guests_word_finds_what_recipes_call_it(said: str, written: str) -> None:
    asked = understood(said).name
    for name in written.split(", "):
        assert asked in understood(name).found_under, f"{said} ({asked}) does not find {name}"


def test_a_hundred_words() -> None:
    assert len(WORDS) >= 100


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("gin", "Sloe gin"), ("gin", "Ginger ale"), ("rum", "Drumstick"), ("lemon", "Lemon vodka"),
        ("cream", "Ice cream"), ("cream", "Irish cream"), ("cherry", "Cherry brandy"), ("dark rum", "Light rum"),
        ("vodka", "Non-alcoholic vodka"),
        ("beer", "Ginger beer"), ("beer", "Root beer"), ("milk", "Coconut milk"), ("wine", "Wine vinegar"),
        ("cider", "Apple cider"), ("rose", "Rose water"), ("orange", "Orange bitters"), ("mint", "Creme de menthe"),
    ],
)  # fmt: skip
def test_what_only_sounds_alike_is_not_found(said: str, name: str) -> None:
    assert understood(said).name not in understood(name).found_under


class TestStrengths:
    @pytest.mark.parametrize(
        ("name", "abv"),
        [
            ("GIN", 40), ("Peach schnapps", 20), ("Cherry brandy", 24), ("Ginger beer", 0), ("Root beer", 0),
            ("Beer", 5),
            ("Cream", 0), ("Irish cream", 17), ("Creme de Cacao", 23), ("Cherry Heering", 24),
            # the head noun decides
            ("Passion fruit liqueur", 18), ("Vanilla bean vodka", 40), ("Mango vodka", 40), ("Starfruit liqueur", 25),
            ("Creme de tabac", 20), ("Blood orange bitters", 38), ("Pear schnapps", 22), ("Absolut Pears", 40),
            ("Jack Daniels Honey", 42), ("Rosemary infused gin", 40), ("Rose", 12.5), ("Rose water", 0),
            ("Hard lemonade", 5), ("Spiked seltzer", 5), ("Hard candy", 0), ("Anise", 0), ("Erin Cream", 17),
            ("Whiskey cream", 17), ("Non-alcoholic gin", 0),
            ("Alcohol-free sparkling wine", 0), ("Virgin vodka", 0), ("Wine vinegar", 0),
        ],
    )  # fmt: skip
    def test_known(self, name: str, abv: float) -> None:
        assert is_understood(name)
        assert understood(name).abv == abv

    @pytest.mark.parametrize("name", ["Zorblax", "Strawberry dreams", "Rum raisin ice cream", "Snake bite mystery"])
    def test_what_is_not_known_is_not_called_free_of_alcohol(self, name: str) -> None:
        ingredient = understood(name)
        assert not ingredient.is_known
        assert not ingredient.is_soft
        assert ingredient.stray >= 20

    @pytest.mark.parametrize(
        ("name", "is_soft"),
        [
            ("Zorblax cream", False), ("Zorblax tea", False), ("Zorblax", False), ("Zorblax juice", True),
            ("Peach tea", True), ("Coconut cream", True),
        ],
    )  # fmt: skip
    def test_what_often_is_a_liqueur_is_not_surely_soft(self, name: str, is_soft: bool) -> None:
        assert understood(name).is_soft is is_soft


class TestBars:
    @pytest.mark.parametrize(
        ("have", "need"),
        [
            ("gin", "Gin"), ("rum", "Dark rum"), ("dark rum", "Rum"), ("lime", "Lime juice"), ("limes", "Lime peel"),
            ("absolut", "Vodka"), ("vodka", "Absolut Vodka"), ("wild turkey", "Jim Beam"), ("bourbon", "Whiskey"),
            ("angostura", "Bitters"), ("egg", "Egg white"), ("sugar", "Simple syrup"), ("merlot", "Red wine"),
            ("london dry gin", "Gin"), ("kahlua", "Coffee liqueur"), ("tia maria", "Kahlua"),
            ("cointreau", "Triple sec"),
        ],
    )  # fmt: skip
    def test_covered(self, have: str, need: str) -> None:
        assert covers(understood(have), understood(need))

    @pytest.mark.parametrize(
        ("have", "need"),
        [
            ("light rum", "Dark rum"), ("rum", "Malibu rum"), ("malibu", "Rum"), ("lime juice", "Lime"),
            ("gin", "Vodka"),
            ("bourbon", "Scotch"), ("vodka", "Lemon vodka"), ("whipped cream", "Cream"), ("amaretto", "Kahlua"),
            ("grenadine", "Simple syrup"), ("orange juice", "Lime juice"), ("brandy", "Apricot brandy"),
        ],
    )  # fmt: skip
    def test_not_covered(self, have: str, need: str) -> None:
        assert not covers(understood(have), understood(need))

    def test_a_kind_is_no_bottle(self) -> None:
        assert understood("liqueur").is_kind_only
        assert "amaretto" in members("liqueur")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("bayleys", "irish cream"),
        ("cointro", "cointreau"),
        ("tequilla", "tequila"),
        ("vodca", "vodka"),
        ("branca", "fernet"),
    ],
)
def test_an_unknown_word_gets_the_near_ones(said: str, meant: str) -> None:
    assert meant in near(said)


def test_the_catalogues_own_names_are_near_too() -> None:
    assert near("zorblaxx") == []
    assert near("zorblaxx", ["zorblax"]) == ["zorblax"]


@given(st.text(min_size=1, max_size=60).filter(str.strip))
def test_any_text_is_read_the_same_way_twice(text: str) -> None:
    ingredient = understood(text)
    assert ingredient.found_under[0] == ingredient.name
    assert understood(key(text)).name == ingredient.name
    assert understood(ingredient.name).name == ingredient.name
    assert covers(ingredient, ingredient)
