"""What ingredients are: one table of kinds, synonyms, brands and strengths, for storing drinks and for asking for them.

A line is `name | strength | other names`. What is indented below a name is of that kind. Strength is percent by
volume, how far bottles stray from it, and the role in a drink (`alcohol` has the usual amounts by role): our own table
of usual bottlings. Where it is left out it is that of the kind, or at the left margin that of the line above.
A mark before the name says how it differs from its kind:

  *  a kind only: nothing in a bar is just that
  ~  found under its kind, but a bottle of the kind does not replace it: coconut rum is no rum for a daiquiri
  <  made of what it stands below: limes make lime juice, lime juice makes no lime
  @  a brand: means its kind where no recipe names it
"""

STRONG = """
* spirit | 40 5 spirit | spirits, hard liquor, liquor
gin | 40 4 spirit | london dry gin, dry gin, beefeater, bombay sapphire, tanqueray, hendricks, gordons, plymouth gin
  old tom gin | |
  genever | 38 5 | jenever, dutch gin, hollands gin
~ sloe gin | 26 4 liqueur |
vodka | 40 3 spirit | smirnoff, stolichnaya, stoli, grey goose, ketel one, titos, belvedere, finlandia, plain vodka
  @ absolut | | absolut vodka
    ~ absolut citron | |
    ~ absolut kurant | |
    ~ absolut peppar | |
    ~ absolut mandrin | |
    ~ absolut vanilia | |
  ~ lemon vodka | | citrus vodka, vodka citron, citron vodka
  ~ vanilla vodka | 38 4 |
  ~ cranberry vodka | 35 6 |
  ~ peach vodka | 35 6 |
rum | 40 5 spirit | ron, rhum, captain morgan, mount gay, havana club
  white rum | | light rum, silver rum, clear rum, havana club 3, rum blanco
    @ bacardi | | bacardi superior, bacardi white rum
      ~ bacardi limon | 35 3 |
  gold rum | | golden rum, amber rum, anejo rum, aged rum, havana club 7
  dark rum | | black rum, jamaican rum, jamaica rum, myers rum, goslings
  spiced rum | 36 4 | captain morgan spiced rum, sailor jerry
  rhum agricole | 45 6 | agricole
  cachaca | 40 3 | pitu, leblon
  ~ overproof rum | 72 11 | 151 proof rum, bacardi 151, 151 rum, 151, 151 proof bacardi, wray nephew
  ~ coconut rum | 21 3 liqueur | malibu, malibu rum, coconut liqueur
tequila | 39 4 spirit | jose cuervo, patron, don julio, cuervo
  tequila blanco | | silver tequila, white tequila, blanco tequila, tequila silver, plata tequila
  tequila reposado | | reposado, gold tequila, golden tequila, tequila gold
  tequila anejo | | anejo tequila
mezcal | 43 6 spirit | mescal
whiskey | 42 5 spirit | whisky, blended whiskey, seagrams, whiskies, whiskeys
  bourbon | 43 6 | bourbon whiskey, makers mark, four roses, buffalo trace, kentucky bourbon, woodford reserve
    @ jim beam | |
    @ wild turkey | 45 6 |
  tennessee whiskey | |
    @ jack daniels | | jack, jack daniel, jack daniels whiskey
  rye whiskey | 43 6 | rye, rittenhouse
  scotch | 41 4 | scotch whisky, blended scotch, single malt, single malt scotch, talisker, laphroaig, glenlivet
    @ johnnie walker | |
    islay scotch | 44 6 | islay single malt scotch, peated scotch, islay whisky
  irish whiskey | 40 3 | irish whisky
    @ jameson | |
    @ bushmills | |
  canadian whisky | 40 3 | canadian whiskey, canadian club
    @ crown royal | |
  japanese whisky | 43 4 | japanese whiskey, suntory
  ~ yukon jack | 45 6 liqueur |
  ~ fireball | 33 3 liqueur | cinnamon whiskey, fireball whiskey
brandy | 40 3 spirit |
  cognac | | hennessy, remy martin, courvoisier
  armagnac | |
  pisco | 42 4 |
  grappa | 42 5 |
  metaxa | |
  ~ calvados | | apple brandy
  ~ applejack | | laird
  ~ kirsch | 42 5 | kirschwasser
  ~ slivovitz | 45 8 | plum brandy
  ~ pear brandy | | poire williams, eau de vie
  ~ apricot brandy | 26 8 liqueur | apricot liqueur
  ~ cherry brandy | 24 6 liqueur | cherry liqueur
    cherry heering | 24 2 | heering, heering cherry
  ~ peach brandy | 28 9 liqueur |
  ~ blackberry brandy | 28 9 liqueur |
  ~ coffee brandy | 28 9 liqueur |
  ~ raspberry brandy | 30 10 liqueur |
  ~ ginger brandy | 30 10 liqueur |
everclear | 92 5 spirit | grain alcohol, pure alcohol, spirytus, neutral spirit, alcohol
aquavit | 42 4 spirit | akvavit, linie
soju | 20 5 wine |
baijiu | 52 10 spirit | erguotou, moutai
firewater | 45 10 spirit |
umeshu | 13 4 wine | plum wine
* anise spirit | 42 5 spirit | anise liqueur, aniseed liqueur, anisette
  absinthe | 62 13 |
  pernod | 40 3 |
  ricard | 45 2 | pastis
  ouzo | 40 4 |
  sambuca | 40 3 liqueur | white sambuca, romana
    black sambuca | |
  anis | 35 8 |
  raki | 45 5 | arak
* liqueur | 25 10 liqueur | liqueurs
  orange liqueur | 33 8 liqueur | orange liqueurs
    triple sec | 31 9 | dekuyper triple sec, de kuyper
      @ cointreau | 40 1 |
    grand marnier | 40 1 |
    curacao | 28 13 |
      blue curacao | 23 5 | bols blue, curacao blue
      orange curacao | 30 12 | dry curacao
  coffee liqueur | 21 6 | coffee flavored liqueur, mr black
    @ kahlua | 20 7 |
    @ tia maria | 23 4 |
  * cream liqueur | 17 2 liqueur | cream liqueurs
    irish cream | | baileys, bailey, baileys irish cream, bailey irish cream, irish cream liqueur, erin cream
    whiskey cream | | bourbon cream, scotch cream, brandy cream, tequila cream, tequila rose
    amarula | | rum cream, rumchata, rum chata
    sheridans | 15 4 |
    advocaat | 18 4 | eggnog liqueur
    godiva liqueur | 17 3 | chocolate liqueur, mozart, dark chocolate liqueur
  amaretto | 25 5 | disaronno, almond liqueur, amaretto di saronno
  frangelico | 22 3 | hazelnut liqueur
  chambord | 17 2 | raspberry liqueur, black raspberry liqueur, chambord raspberry liqueur, framboise
  melon liqueur | 21 3 |
    @ midori | 20 2 | midori melon liqueur
  passoa | 18 4 | passion fruit liqueur, passionfruit liqueur
  banana liqueur | 21 5 | creme de banane, creme de banana, pisang ambon, bananes
  elderflower liqueur | 20 2 | st germain, saint germain
  limoncello | 28 5 | lemon liqueur
  maraschino liqueur | 32 3 | maraschino, luxardo, luxardo maraschino
  galliano | 36 8 | vanilla liqueur
  benedictine | 40 2 | dom benedictine, b and b
  drambuie | 40 2 |
  chartreuse | 48 8 |
    green chartreuse | 55 1 |
    yellow chartreuse | 42 2 |
  strega | 40 2 |
  licor 43 | 31 2 | 43, cuarenta y tres
  tuaca | 35 1 |
  southern comfort | 36 6 | soco
  jagermeister | 35 1 | jager
  goldschlager | 42 5 | cinnamon liqueur
  rumple minze | 50 1 |
  after shock | 38 5 | aftershock
  kummel | 38 4 |
  creme de cacao | 23 5 | cacao liqueur
    white creme de cacao | | creme de cacao white
    dark creme de cacao | | brown creme de cacao, creme de cacao dark
  creme de menthe | 24 6 | mint liqueur, peppermint liqueur
    green creme de menthe | | creme de menthe green
    white creme de menthe | | creme de menthe white
  creme de cassis | 18 4 | cassis, blackcurrant liqueur
  creme de mure | 18 4 | blackberry liqueur
  creme de noyaux | 25 5 | noyaux
  creme de violette | 20 5 | violet liqueur, parfait amour
  creme de | 20 6 | creme d
  ginger liqueur | 28 5 | domaine de canton
  peach liqueur | 20 4 | creme de peche
  apple liqueur | 18 3 | apfelkorn, berentzen
  strawberry liqueur | 20 6 | creme de fraise, strawberry cream liqueur
  lychee liqueur | 20 4 | soho, kwai feh
  kiwi liqueur | 20 4 |
  pear liqueur | 22 6 |
  pineapple liqueur | 20 6 |
  cranberry liqueur | 20 6 |
  butterscotch liqueur | 20 6 |
  hpnotiq | 17 1 | hypnotiq
  alize | 18 3 |
  pimms | 25 1 | pimms cup, pimms no 1
  italicus | 20 2 |
  swedish punsch | 26 4 | punsch
  falernum | 11 11 syrup | velvet falernum
  allspice dram | 24 6 | pimento dram
  mandarine napoleon | 38 1 |
  * schnapps | 22 8 | schnaps
    peach schnapps | 20 4 | peachtree, archers, peachtree schnapps, peach tree
    peppermint schnapps | 28 16 | mint schnapps
    apple schnapps | 18 4 | sour apple pucker, apple pucker, sour apple schnapps
    butterscotch schnapps | 18 4 | buttershots
    cinnamon schnapps | 30 14 | hot damn
    tropical schnapps | 18 5 | maui
    strawberry schnapps | 18 5 |
    raspberry schnapps | 18 5 |
    blackcurrant schnapps | 18 5 |
    banana schnapps | 20 5 |
    root beer schnapps | 20 5 |
    melon schnapps | 20 5 |
* amaro | 27 8 liqueur | amari
  campari | 25 5 |
  aperol | 11 2 |
  cynar | 17 2 |
  suze | 18 3 | gentian liqueur
  amer picon | 21 4 | picon
  amaro montenegro | 23 1 | montenegro
  amaro nonino | 35 1 | nonino
  averna | 29 1 |
  fernet | 41 5 | fernet branca, fernet branca menta
  ramazzotti | 30 1 |
* aperitif | 17 4 wine | aperitif wine
  lillet | 17 1 | lillet blanc, kina lillet, cocchi americano, lillet blonde
  dubonnet | 17 4 | dubonnet rouge
  vermouth | 17 3 |
    sweet vermouth | 16 2 | red vermouth, rosso vermouth, italian vermouth, vermouth rosso, sweet red vermouth, carpano
    dry vermouth | 18 2 | french vermouth, extra dry vermouth, noilly prat, vermouth dry, white vermouth
    bianco vermouth | 16 2 | vermouth bianco, blanc vermouth
    rose vermouth | 16 2 |
    @ martini | 16 3 | cinzano, martini rossi
bitters | 42 8 bitters | bitter
  angostura bitters | 45 2 | angostura, angostura bitter, aromatic bitters, ango
  orange bitters | 38 12 | orange bitter
  peychauds bitters | 35 1 | peychauds, peychaud, peychaud bitters
  peach bitters | 35 10 |
  chocolate bitters | 40 10 |
  celery bitters | 40 10 |
* wine | 12.5 2.5 wine | wines
  red wine | | merlot, cabernet, cabernet sauvignon, rioja, shiraz, pinot noir, burgundy, claret, chianti
  white wine | | chardonnay, sauvignon blanc, riesling, pinot grigio, dry white wine
  rose wine | | rose, pink wine
  sparkling wine | 11.5 1.5 | bubbly, fizz, asti, asti spumante, sekt, cremant, spumante
    champagne | 12 1 | brut champagne, moet
    prosecco | 11 1 |
    cava | 11.5 1 |
port | 20 2 wine | port wine, ruby port, tawny port, red port, porto
sherry | 17 3 wine | dry sherry, fino, amontillado, fino sherry, cream sherry, manzanilla, sweet sherry
madeira | 19 2 wine |
marsala | 18 2 wine |
sake | 15 3 wine | saki
mead | 12 4 wine |
* wine cooler | 5 2 beer | hooch, zima, hard seltzer, white claw, alcopop
beer | 5 2.5 beer | pilsner, pilsener, heineken, budweiser, lager beer, mexican beer, wheat beer, beers
  lager | |
    @ corona | 4.6 0.5 | corona beer
  ale | 5 2 | pale ale, ipa, india pale ale, brown ale
  stout | 5 2 |
    guinness | 4.3 0.8 | guinness stout, guiness
~ hard cider | 5 2 beer | cider, dry cider, alcoholic cider, strongbow
"""

SOFT = """
cola | 0 0 mixer | coke, coca cola, pepsi, pepsi cola, diet coke, diet cola, cokes
soda water | | soda, club soda, sparkling water, carbonated water, seltzer, seltzer water, perrier, mineral water
tonic water | | tonic, indian tonic, schweppes tonic, diet tonic water
lemon lime soda | | sprite, 7 up, 7up, seven up, lemon lime, carbonated lemon lime, sierra mist
lemonade | | lemonades, pink lemonade
limeade | |
ginger ale | | dry ginger, canada dry
ginger beer | |
root beer | | rootbeer, sarsaparilla
dr pepper | |
mountain dew | | surge
energy drink | | red bull, monster energy, redbull
bitter lemon | | schweppes russchian
cream soda | |
soft drink | | carbonated soft drink, pop, soda pop, orange soda, fanta, cherry cola, jolt, squirt, fresca, tang
fruit punch | | hawaiian punch, punch
kool aid | | koolaid
gatorade | |
non alcoholic beer | | alcohol free beer
coffee | | black coffee, instant coffee, cold brew, brewed coffee, strong coffee, hot coffee, iced coffee, nescafe
  espresso | | espresso coffee, espresso shot
tea | | black tea, green tea, iced tea, ice tea, earl grey, chai, lemon tea, hibiscus tea, jasmine tea, mint tea
hot chocolate | | cocoa drink, drinking chocolate, hot cocoa, chocolate milk
coconut water | |
water | 0 0 water | hot water, boiling water, tap water, cold water, spring water, still water, ice water, warm water
rose water | 0 0 sauce | rosewater
orange flower water | | orange blossom water
~ apple cider | 0 6 juice | sweet cider, sparkling cider
* juice | 0 0 juice | fruit juice, juices, mixed fruit juice, tropical juice, nectar, puree, pulp
  tomato juice | | clamato, v8, tomato cocktail, clamato juice
sour mix | 0 0 juice | sweet and sour, sweet and sour mix, margarita mix, bar mix, collins mix, daiquiri mix
lime cordial | 0 0 syrup | roses lime cordial, roses lime juice, lime juice cordial, roses, sweetened lime juice
elderflower cordial | | elderflower syrup
squash | | cordial, orange squash, lemon squash, blackcurrant squash, ribena
* syrup | 0 0 syrup | sirup, flavored syrup
  simple syrup | | sugar syrup, gomme syrup, gomme, gum syrup, bar syrup, cane syrup, rich syrup, sugar cane syrup
  demerara syrup | | brown sugar syrup
  grenadine | | pomegranate syrup, grenadine syrup
  honey | | clear honey, honey syrup, honey water
  agave syrup | | agave nectar, agave
  maple syrup | |
  orgeat | | orgeat syrup, almond syrup
  chocolate syrup | | chocolate sauce, hershey
  caramel syrup | | caramel sauce, butterscotch, butterscotch sauce
  vanilla syrup | |
  cinnamon syrup | |
  ginger syrup | |
  corn syrup | | karo, light corn syrup
  passion fruit syrup | |
  golden syrup | | molasses, treacle
  blackcurrant cordial | |
milk | 0 0 dairy | whole milk, skim milk, skimmed milk, milks, hot milk, low fat milk
  ~ almond milk | |
  ~ soy milk | | soya milk
  ~ oat milk | |
  ~ condensed milk | 0 0 syrup | sweetened condensed milk
  ~ evaporated milk | |
cream | 0 0 dairy | heavy cream, light cream, double cream, single cream, whipping cream, fresh cream, half and half
  < whipped cream | 0 0 solid |
  ~ sour cream | |
coconut cream | 0 0 dairy | cream of coconut, coco lopez, coconut milk, coconut syrup, coconut puree
yogurt | 0 0 dairy | yoghurt, greek yogurt, plain yogurt, natural yogurt, yoghurts, frozen yogurt, vanilla yogurt
kefir | 0 0 dairy |
buttermilk | 0 0 dairy |
eggnog | 0 0 dairy | egg nog
ice cream | 0 0 scoop | icecream, vanilla ice cream, ice creams, gelato, vanilla icecream
  chocolate ice cream | |
sherbet | 0 0 scoop | sorbet, orange sherbet, lemon sorbet, raspberry sorbet, lime sherbet
aquafaba | 0 0 egg |
egg | 0 0 egg | whole egg, eggs, raw egg
  < egg white | | whites of egg, egg whites
  < egg yolk | | yolk, yolk of egg
hot sauce | 0 0 sauce | tabasco, tabasco sauce, sriracha, chili sauce, cholula
worcestershire sauce | 0 0 sauce | worcestershire, worcester sauce
soy sauce | 0 0 sauce | maggi
vinegar | 0 0 sauce | apple cider vinegar, wine vinegar, balsamic vinegar, sherry vinegar, red wine vinegar
olive brine | 0 0 sauce | olive juice, brine, pickle juice, pickle brine
vanilla extract | 0 0 sauce | vanilla essence, almond extract, almond flavoring, maple extract, peppermint extract
food coloring | 0 0 sauce | food colouring, food dye
oil | 0 0 sauce | glycerine, olive oil, coconut oil, peppermint oil
bouillon | 0 0 mixer | beef bouillon, broth, beef broth, consomme, stock
pina colada mix | 0 0 juice | strawberry daiquiri mix, mai tai mix, bloody mary mix, pina colada
"""

# Solid: they add no volume worth counting. Fruits also make juice, syrup and the like; citrus fruits are squeezed.
SOLID = """
sugar | 0 0 solid | superfine sugar, caster sugar, castor sugar, icing sugar, sugar cube
  brown sugar | | demerara sugar, demerara, muscovado, cane sugar, raw sugar
  < candy sugar | |
salt | | sea salt, kosher salt, rock salt, celery salt, table salt
pepper | | black pepper, white pepper, peppercorn, ground black pepper
ice | | ice cube, crushed ice, cracked ice, cubed ice, shaved ice, dry ice, ice block, ices
mint | | mint leaf, mint sprig, spearmint, peppermint, fresh mint
ginger | | fresh ginger, ginger root, ginger slice, root ginger, ground ginger
vanilla | | vanilla bean, vanilla pod
chocolate | | dark chocolate, milk chocolate, chocolate chip, chocolate shaving, chocolate powder, white chocolate
cocoa powder | | cocoa, cacao, unsweetened cocoa
cinnamon | | cinnamon stick, ground cinnamon, cinnamon bark
nutmeg | | grated nutmeg, ground nutmeg
chili | | chile, chilli, jalapeno, chilli pepper, chili pepper, red chili, red chili flake, hot pepper
whole spice | | spice, mixed spice, pumpkin pie spice, pumpkin spice
candy | | sweet, lollipop, m and ms, jelly bean, gummy bear, skittle, jolly rancher, marshmallow, snickers bar
biscuit | | oreo cookie, oreo, cookie, graham cracker, digestive
nuts | | almond, hazelnut, walnut, peanut, pistachio, pecan, peanut butter, almond flake, chopped nut
"""
SOLIDS = """
clove, cardamom, basil, rosemary, thyme, sage, lavender, celery, cucumber, olive, onion, cocktail onion, carrot,
wasabi, horseradish, butter, jello, gelatin, gelatine, star anise, allspice, coriander, cumin, turmeric, saffron,
fennel, fennel seed, cayenne, cayenne pepper, asafoetida, guarana, flower, edible flower, hop, beetroot, beet,
lemongrass, cilantro, parsley, dill, oregano, bay leaf, bell pepper, red pepper, paprika, matcha, espresso bean,
coffee bean, coffee powder, anise seed, aniseed, caraway seed, caraway, angelica root, wormwood, orris root,
juniper berry, juniper, licorice, licorice root, anise, cumin seed, cardamom pod, cornstarch, habanero pepper,
chia seed, oat, rice, corn, pumpkin puree, pumpkin, tamarind, rhubarb, aloe vera,
rose petal, rose, hibiscus, tapioca, boba, honeycomb, garlic, soybean, sesame, bacon, shrimp, marjoram leaf,
marjoram, chamomile, elderflower, lemon balm, cream of tartar, citric acid, baking soda, food grade charcoal
"""
CITRUS = "lime, lemon, orange, grapefruit, tangerine, mandarin, clementine, yuzu, kumquat, pomelo"
FRUITS = """
apple, pineapple, banana, strawberry, raspberry, blackberry, blueberry, cherry, peach, pear, apricot, mango, kiwi,
melon, watermelon, cantaloupe, honeydew, papaya, passion fruit, plum, prune, grape, raisin, fig, date, coconut,
cranberry, pomegranate, guava, lychee, blackcurrant, redcurrant, elderberry, gooseberry, nectarine, quince,
acai, dragon fruit, starfruit, tomato, fruit, berry, mixed berry, maraschino cherry, cocktail cherry, tropical fruit
"""
FRUIT_OTHER_NAMES = {
    "lime": "limes, key lime",
    "passion fruit": "passionfruit, maracuja",
    "kiwi": "kiwifruit, kiwi fruit",
    "lychee": "litchi",
    "maraschino cherry": "cherries maraschino, red cherry, glace cherry",
    "blackcurrant": "black currant",
    "coconut": "coconut flake, desiccated coconut, shredded coconut",
    "fruit": "fresh fruit, mixed fruit, fruits",
}
