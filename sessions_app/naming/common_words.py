"""Ordinary words of English and Spanish, in bare letters.

They keep a word from being read as a misspelt name, and a name that is among
them ("Grace", "Will", "Luz") from being found wherever the word stands. Frequent
words, and rarer ones that are a letter away from a usual name.
"""

ENGLISH = """
a able about above absence absent abuse abused accept accident ace across act action active actor
actual adapt add addict admit adopt adult advice affair affect afford afraid african after again
against age agenda agent ago agree ahead aid aim air aisle alarm album alcohol alcoholic
alcoholics alert alien alike alive all alley allow ally almost alone along aloud already also
alter although always am amaze amber american among amongst amount amuse an anchor and angel anger
angle angry animal ankle annoy anonymous answer ant anxiety anxious any anybody anyone anything
anyway anywhere apart apology appeal appear apple approach april are area arena argue arise arm
armor army around arrest arrive arrow art as ash ashamed asian aside ask asked asleep assume at
ate attach attack attempt attend attic attitude august aunt aura autumn avid avoid awake award
aware away awful axe baby back bad badge bag bake baker balance ball ban band bang bank banks bar
bare barely bark barn baron base basic basis bass bat bath battle bay be beach beacon beads bean
bear beard beast beat beauty became because become bed bee beef been beer before beg began begin
begun behave behind beige being belief believe bell belly belong below belt bench bend beneath
benefit bent berry beside besides best bet betray better between beyond big bigger bike bill
billion bin bind bipolar bird birth birthday bit bite bitter black blade blame bland blank blanket
blast blaze bleed bless blew blind blink block blonde blood bloom blow blue board boat body boil
bold bone bonus book boot booze border bore bored boredom born borrow boss bossy both bother
bottle bottom bought bowl box boy brace braces bracing brain brake branch brand brandy brave brawl
breach bread break breast breath breathe breed breeze brew brick bride bridge brief bright bring
broad broke broken brook brother brought brown bruise brunch brunt brush brute bubble buck bucket
bud buddy budget bug build built bulk bull bunch burden burn burst bury bus bush business busy but
butter button buy by cab cabin cable cage cake call calm came camp can canal cancel cancer candid
candle candy cane cannot canvas cap car caravan card care career careful cargo carol carpet carry
cart carter carton case cash cast castle cat catch catholic caught cause cave cease cell cellar
center central chain chair chalk chance change chant chaos chapel charge charity charm chart chase
chaste chat cheap cheat check checkin checkout cheek cheer cheery cheese cherry chest chew chicken
chief child children chill chin china chip choice choir choke choose chop choral chore chose
chosen christian chuck chunk church cider cigar circle city civil claim clam clan clang clap clash
clasp class clay clean clear clerk clever click client cliff climb cling clinic cloak clock clone
close cloth cloud clown club clue coach coal coast coat cocaine code coffee cohesion coil coin
coke cold collapse colon color colour come comet comfort comic common complain concern confess
confide conquer cook cool cooper cope copper copy coral core cork corn corner correct cost cotton
couch cough could council counsellor counselor count country couple courage course court cousin
cover cow crack craft crane crash crave craving crawl crazy cream create credit creek creep crest
crew cried crime crisis cross crow crowd cruel crush cry crystal cubic cup cure curl curse curtain
custom cut cycle dad daily daisy damage damn dance dandy danger dare dark darling dash data date
daughter dawn day deacon dead deaf deal dealer dean dear death debate debris debt decade december
decent decide deck decor deep deer defeat defend define degree delay deli delight deliver demand
demon denial denied denies dense deny depend depot depress depth derail desire desk despair
despite destiny destroy detail deter detox devil diagnosis dial diary dice did die diet differ dig
dignity diner dinner dip dire direct dirt dirty disco disease dish disk ditch dive divorce dizzy
do doc doctor does dog doing doll dollar dolly don donate done donor donut doom door dose dot
double doubt dove down doze dozen drag drain drama drank drape draw drawn dread dream dress drew
dried drift drill drink drive driven driver drop drove drown drug drum drunk dry duck due dug duke
dull dump during dusk dust dusty duty dying each eager ear earl early earn earnest earth ease
easily east easy eat echo edge effort egg eight either elbow elder elect elegant eleven elite
elope else embarrass ember emotion empty end endure enemy energy engage engaged english enjoy
enough enter entire envy episode equal ernest err error escape essay ethic ethics ethnic european
even evening event ever every everybody everyone everything everywhere evil exact exam except
excuse exile exist exit expect expel expert explain express extra eye fable fabric face
facilitator facing fact fade fail failure faint fair faith fake fall false fame family fan fancy
far fare farm fast fat fatal fate father fatigue fatter fault favor fear fearful feast february
fed fee feed feel feeling feet fell fellow felt female fence feral fern ferry fetch fever few
fiance fiber field fields fiend fierce fifth fifty fight figure file fill film final find fine
finger finish finite fire firm first fish fist fit five fix flag flair flake flame flank flare
flash flat flaw fled fleet flesh flew flick flight fling flip flipper float flood floor flora
florist flour flow flower fluid flush fly foam focus fog fold folk follow food fool foot for force
forest forgave forge forget forgive forgot fork form former fort forth forty forum forward foster
fought found four fox frail frame frank frantic free freeze french fresh friday fried friend
fright fringe frisky from front frost froze frozen fruit fudge fuel full fun fund funeral funny
furthermore fury fussy future gain gal gala gallery gallon gamble game gamer gang garage garden
garlic garment gas gate gather gauge gave gaze gear gem gene genius genre gentle german get ghost
giant gift giggle ginger girl give given glad glance glare glass glide gloat globe gloom glory
glove glow glue gnome go goal goat god gold golden gone good gospel gossip got gotten gown grab
grabber grace grade grain grand grandma grandpa grant grape graph grasp grass grateful grave
gravel gravy gray great greed green greet grew grey grief grieve grill grim grin grind grip groan
groom gross ground group grove grow growl grown growth grudge guard guess guest guide guilt guilty
guitar gum gun gut guy guys habit habitual had hail hair half hall halo halt ham hand handful
handle handout handy hang happen happy harbor hard hardly harm harmony harsh harvest has haste hat
hate haunt have haven having havoc hay hazel hazy he head heal health heap hear heard heart heat
heater heather heavy hedge heel height heir held hell hello helmet help hen her herb here hero
heroic heroin hers herself hesitate hi hid hide high hike hill hills him himself hinge hint hip
hire his history hit hoarse hobby hockey hold hole holiday hollow holly holy home homely homework
honest honey honor honour hood hook hope hopeful hopeless horde horn horrible horror horse
hospital host hostel hostile hot hotel hotter hour house how however hug huge human humble humid
humor hundred hung hunger hungry hunt hunter hurdle hurry hurt husband hut hymn i ice icing idea
ideal idiot idle idol if igloo ignore ill image imagine impulse in inch include indeed inner
inside instead insult insurance intense into invite iris iron irony is island issue it italian
itch item its itself ivory ivy jacket jade jaded jail jam janitor january jar jasmine jaw jay jazz
jealous jeans jelly jerk jersey jewel jewish job join joint joke jolly journal journey joy judge
juice juicy july jump june jungle junior juror jury just justice karma keen keep kept kettle key
kick kid kids kill kin kind king kiss kit kitchen kitty knee kneel knew knife knit knock knot know
known label labor lace lack ladder lady laid lake lamb lame lament lamp lance land lane language
lap lapse larder large lark laser last latch late later lather latter laugh laundry laurel lava
law lawn lawyer lay layer lazy lead leader leaf lean leap learn leash least leather leave led
ledge left leg legal lemon lemonade lend length less lesson let lethal letter level lever liar
liberty lid lie life lift light like likely liking lily limb limit line linear linen link lion lip
list listen liter little live lively liver lives load loaf loan local lock locker lodge logic
lonely long look loop loose lord lose loss lost lot lotion loud love lovely lover low loyal luck
lucky lunar lunch lung lust lying lyric lyrics mad madam madder made magic magnet maid mail main
major make maker male mall mallet mam mammal man mango mania manic manner manor mantel manual many
map maple marble march mare margin marina marine marital mark marker market marks maroon marriage
marry marsh martini marvel mascara mask mason mass massive master mat match mate math matter
mature may maybe mayhem mayor me meadow meal mean meaning meant meanwhile measure meat medal medic
medicine meet mellow melody melt member memory men menace mend mental mention mentor menu mercy
merely merge merger merit merry mess met metal meteor meter method mexican midday middle midst
might mild mile miles milk mill miller million mimic mind mine miner mink minor mint minus minute
miracle mirror misery miss missed mist mistake misty mix mixed moan mob mode model modern modest
mold mole moment monday money monk monkey month mood moody moon moral more moreover morgan morning
mosque most motel mother motion motor mount mountain mouse mouth move mover movie mow mud muffin
mule multi mum mumble murder muscle music muslim must mute mutter my myself mystery nail naked
name nanny nap napkin narrow nasty natal nation nature naval navy near nearly neat neck need
needle needy neglect nephew nerve nervous nest net neutral never new news next nice niche niece
night nine no noble nobody nod noise noisy none noon nor norm normal north nose not notary notch
note nothing notice notify novel november now nowhere nugget numb number nurse nut nylon oak oath
obey object observe obtain occur ocean october odd odor of off offend offer office often oil okay
old olive olives omit on once one onion only onto open opera optic option or oral orange orbit
orchid order organ other otherwise otter ought our ours out outer outfit outside ovary oven over
overdose owe own owner ox oyster pace pack pad paddle pagan page paid pail pain paint pair palace
pale palm pan panel panic pants paper parade parcel pardon parent parish park parole parrot
parsley part partner party pass past pasta paste pastor pastry pat patch path patience patient
patio patrol patron patty pause pave pay peace peach peak peanut pear pearl pebble pedal peg pen
penal penalty pencil penny pension people pepper per percent perhaps peril period perm permit
persist person pester pet petal petty phase phone phony photo phrase piano pick pickle picnic
piece pier pierce pig pigeon pile pill pillar pillow pilot pin pinch pine pink pipe pirate piston
pit pitch pity pizza place plain plan plane planet planner plant plate play plaza plea please
pledge plenty pliers plot plug plum plus pocket poem poet point poison poke poker polar pole
police policy polish polite poll pond pony pool poor pop porch port porter portion pose post pot
potato pound pour poverty powder power practice praise pray prayer preach preface prefer pregnant
present press pretend pretty prevent price pride priest prime prince print prior prison private
prize probably probe problem process profit progress promise prompt prone proof propel proper
prose protect proud prove provide prudence prune psalm psychosis psychotic public pull pulse pump
punch punish pupil puppy pure purge purple purpose purse push put puzzle quake quarrel quarter
queen quest question quick quiet quilt quit quite quitter quiver quote rabbit race racism rack
radar radio raft rage rail rain rainy raise raisin rally ramp ran ranch rang range rank rape rapid
rare rascal rash rate rather ratio rattle raven raw ray razor reach react read ready real reason
rebel recall receive recent recipe reckon record recover red reed refer refuse region regret rehab
reign reject relapse relapsed relate relax relief relieve rely remain remedy remember remind
remove renal rent rental repair repeat reply report rescue resent resist resort respect rest
result retail retire return reveal revenge review reviewed reward rhyme rice rich rid ride ridge
right rigid ring rinse riot rip ripe ripple rise risk risky ritual rival river rivers road roar
roast rob robber robe robin rock rod rode role roll roller roman romance roof rookie room rooster
root rope rose roster rosy rot rotate rotten rough round route row rowdy royal rub rubber ruby
rude rug ruin rule ruler rumble rumor run runner rural rush russian rust rusty sabotage sack
sacred sad sadder saddle safe sage said sail sailor saint sake salad salary sale salmon salon salt
salute same sample sanction sand sandy sane sang sanity sank sat satin satire saturday sauce sauna
savage save savor say scale scan scar scare scared scarf scary scene scent school scold score
scorn scout scrap scratch scream screen sea seal search season seat second secret see seed seek
seem seen seize seldom self selfish sell send senior sense sensor sent sentence september serene
sermon serve session sessions set settle seven severe sewer sex shade shadow shake shaken shaky
shall shallow shame shape share shared shark sharp shave she shed sheep sheer sheet shelf shell
shelter sheriff shield shift shine ship shirt shiver shock shoe shook shoot shop shopper shore
short shot should shoulder shout shove shovel show shower shrink shrub shuffle shut shy sibling
sick side siege sigh sight sign silence silent silk silly silver simple since sing single sink sip
sir siren sister sit site six size sizzle skill skin skinny skip skirt skull sky slack slam slang
slap slash slate slave sleep sleepy sleeve slender slept slice slide slight slim slip slogan slope
slow slump smack small smart smash smear smell smile smoke smooth smug snake snap sneak sniff
snore snow so soak soap sob sober soccer social sock socket sofa soft soil sold soldier sole solid
solo solve some somebody somehow someone something sometime sometimes somewhere son sonar song
sonic soon sore sorrow sorry sort sought soul sound soup sour source south space spanish spare
spark spasm speak spear special speech speed spell spend spent spice spike spill spin spine spiral
spirit spit spite splash split spoke spoken sponge spoon sport spot spouse spray spread spring spy
squad square squeeze stable staff stage stain stair stale stall stamp stance stand staple star
starch stare stark starry start starve state static station statue stay steady steak steal steam
steel steep steer stem step stern steward stick stiff still sting stir stitch stock stole stolen
stomach stone stood stool stop store storm stormy story stove straight strain strange stranger
stray stream street stress stretch strict strike string strip stroke strong struck struggle stuck
student study stuff stump stupid sturdy style stylish subject submit subtle suburb such suck
sudden sue suffer sugar suicide suit sulk sum summer summit sun sunday sung sunk sunny sunset
super supper support sure surface surge surgeon surname surprise swallow swam swamp swarm sway
swear sweat sweep sweet swell swift swim swimmer swing sword sworn swung symptom symptoms syrup
table tablet tackle tail take taken tale talent talk tall talon tame tandem tangle tank tap tape
target tariff task taste taught tavern taxi tea teach team tear tearful tease teen tell temper
temple ten tend tender tennis tenor tense tent term terrace terrain terrible terror test text
texture than thank thanks that the theft their them theme then therapist therapy there therefore
these they thick thief thin thing think thinner third thirst thirty this thorn those though
thought thread threat three threw thrill thrive throat throb throne through throw thrown thumb
thursday thus ticket tidal tide tidy tie tiger tight till timber time timid tiny tip tire tired
tiring title to toast today toddler toe toes toffee together toilet told tolerate toll tomato tomb
tone tongue tonight too took tool tooth top topic topper topple torch tore torment torn tornado
torture toss total totally touch tough tour toward towards towel tower town toy trace track tract
trade tragedy trail train trait traitor tramp transit trap trash trauma travel tray treasure treat
treaty tree tremble trend trial tribe trick tricky tried trigger trim trip triumph trophy tropic
trouble truce truck true truly trunk trust truth try tube tuesday tug tulip tumble tumor tune
tunnel turkey turmoil turn turtle tutor twelve twenty twice twin twist two tying type typical
tyrant ugly ulcer uncanny uncle under undo uneasy unfair unhappy union unit unite unity unpaid
unsafe unseen until up update uphold upon upper uproar upset urban urge urgent urine us use used
user usher usual utensil utter vacant vacuum vague vain valet valid valley value valve van vandal
vanilla vanish vanity vapor various vary vast veil vein velvet vendor venom vent venue verb
verdict verge verify verse very vessel vest veto vibrant victim victor victory view vigil villa
village vine vinyl violent violet viral virtue virus visible vision visit visual vital vivid vocal
vodka voice void volume vomit vote vow voyage vulgar wade waffle wage wagon wait waiter wake walk
walker wall wallet walnut wander want war ward wardrobe warm warmth warn warren warrior was wash
wasp waste watch water wave way we weak wealth weapon wear weary weasel weather web wed wedding
wednesday week weep weigh weight weird welcome well went were west wet whale wharf what whatever
wheat wheel when whenever where wherever whether which while whine whip whisky whisper white who
whoever whole whom whose why wide widen widow wife wiggle wild will wills wimp win wind window
windy wine wing winner winter wipe wire wisdom wise wish wit witch with withdraw within without
witness woke wolf wolves woman women won wonder wood woods woody wool word wore work worker world
worn worried worry worse worship worst worth would wound woven wow wrap wrath wreath wreck wrestle
wrist write written wrong wrote yard yawn year yell yellow yes yesterday yet yield yoga yoghurt
you young your yours yourself youth zapper zealous zebra zero zipper zone zoom
"""

SPANISH = """
a abajo abandonar abierto abogado abrazo abrigo abril abrir absoluto abuela abuelo aburrido acabar
acaso accion aceptar acerca acompanar acordar actitud actual acuerdo adelante ademas adentro
adicto adios afuera agosto agua ahi ahora ahorrar aire ajeno al alba alcohol alegre alegria algo
alguien algun alguna alguno algunos alla alli alma alta alto amable amar amarillo amiga amigo
amigos amor ancho anciano andar anduvo angel angustia animal animo ano anoche anos ansia ansiedad
ante anterior antes apellido apenas apoyo aprender aquel aquella aquello aqui arbol arma arriba
arroz arte asco asi asunto atras aun aunque autobus avanzar avion ayer ayuda ayudar ayude azul
bailar bajo banco bano barato barco bario barrio base basta bastante basura bebe beber bebida
bella belleza bello beso bien blanca blanco boca boda bolsa bonita bonito borracho bosque botella
brazo broma buen buena bueno buenos burla buscar caballo cabeza cabo cada cadena caer cafe caja
callado callar calle calma calor cama camara cambiar cambio caminar camino camisa campo campos
cancion cansada cansado cantar cara carcel caricia carino carne caro carrera carta casa casado
casi caso castigo castillo causa cena centro cerca cerrar cerveza chica chico ciego cielo cien
cierto ciudad clara claro clase coche cocina codo colegio color comer comida como companera
companero compartir comprar con confianza conmigo conocer conozco conseguir consejo consuelo
consumir consumo contar conte contigo contra corazon correr corto cosa cosas costa crear crecer
cree creer creo crisis cruz cual cuando cuanto cuarto cuatro cuello cuenta cuento cuerda cuerpo
cuidado cuidar culpa culpable cumplir cuna cura curar curso da dado dano dar de debajo debe deber
debil debo decidir decir dedo dejar del delante delgada delgado demas demasiado dentro depender
derecho desde deseo despacho despertar despues destino detras deuda di dia dias dice dicen dicho
dientes dieron diez dificil digo dije dijeron dijo dimos dinero dio dios direccion discutieron
distinto divorcio doce doctor doctora dolor dolores domingo donde dormir dos doy droga drogas duda
duerme dulce dura durante durar duro e echar edad ejemplo el ella ellas ellos embarazo embargo
emocion empezar empleo empujar en encima encontrar encuentro enero enferma enfermedad enfermero
enfermo enfrente enojada enojado enojo entender enterarse entero entonces entrada entrar entre
envidia era eran eres error es esa escape escena escribi escribir escuchar escuela ese esfuerzo
eso esos espacio espalda espejo espera esperanza esperar esposa esposo esta estaba estado estamos
estan estar estas este esto estos estoy estrella estres estudiar estudio estuve estuvo etapa
evitar exito explicar extrano facil facilitador facilitadora falta faltar familia familiar
familiares fe febrero fecha feliz feo fiesta fin final firme flor flores forma foto frase frente
fresco frio fue fuego fuera fuerte fuerza fui fumar funeral futuro gana ganar ganas gato gente
golpe golpear gordo gota gracia gracias gran grande gris gritar gritaron grito grupo grupos guapo
guardar guerra gusta gustar gusto ha haber habia habito habla hablaba hablar hablo hacer hacia
hago hambre han harta harto hasta hay haya he hecho helado herida hermana hermano hermoso hice
hielo hierro hija hijo hijos hizo hogar hoja hola hombre hombro honor honra hora horas hospital
hoy hubo hueso huir humano humo humor hundir iba iban ida idea iglesia iglesias igual ilusion
imagen imposible infancia infierno ingles integrante integrantes intentar interior invierno ir ira
isla izquierda jamas jamon jardin jefa jefe joven jovenes juego jueves juez jugar jugo juicio
julio junio junta junto juntos jurar justa justo juventud juzgar la labio lado ladron lagrima
lagrimas largo las lastima lavar le leche leer lejos lengua lento leon les letra levantar ley
libre libro limpio linda lindo linea llamada llamar llame llamo llanto llave llega llegar llego
lleno llevar llora llorar llover lluvia lo loca loco lograr logro los lucha luchar luego lugar
luna lunes luz madera madre madrina maestra maestro mal mala malo maltrato mama manana mandar
mande manera mano manos manta mantener mapa mar marca marcha marea marido marina marte martes
marzo mas masa matar mayo mayor me media medicina medico medida medio medios mejor memoria menor
menos mensaje mente mentir mentira menudo mes mesa meta meter metro mezcla mi miedo miedos miembro
miembros mientras miercoles mil minuto mio mirada mirar mis misa misma mismo mitad moda modo
molestar momento montana monte morir mostrar mover mucha mucho muchos mudanza muerta muerte muerto
mujer mundo muro musica muy nacer nada nadar nadie naranja nariz natural necesario necesitar negar
negra negro ni nieta nieto nieve nina ningun ninguna ninguno nino ninos nivel no noche nombre
norte nos nosotras nosotros nota notar noticia novia noviembre novio nube nueva nueve nuevo nunca
o objeto obra octubre ocurrir odiar odio oficina oido oir ojala ojo ojos ola oler olor olvidar
once orden oro oscuro otra otro otros paciencia paciente padre padres padrino pagar pagina pais
pajaro palabra palo pan panico papa papel para parada parar parece parecer parecia pared pareja
parte partido partir pasa pasada pasado pasar paso patio paz pecho pedi pedir pegar pelea pelear
pelearon pelo pena pensamiento pensar peor pequeno perder perdida perdido perdon perdonar perfecto
permiso permitir pero perro persona personas pesar peso pez picar pie piedra piel piensa pierna
piso placer plan plato playa plaza pobre poco poder policia polvo poner por porque posible postre
pozo practica precio pregunta preguntar pregunte presente preso prestar prima primavera primer
primera primero primo principio prisa prision prisma privado probar problema profundo promesa
prometer pronto propio prueba pude pudo pueblo puede puedo puente puerta pues puesto punto pura
puro puse puso que quedar quedo quejarse querer querido quien quienes quiere quieres quiero quince
quise quiso quitar quiza quizas rabia raiz rama ramo rapido rara raro rato rayo razon realidad
recaer recaida recaidas recibir recordar recuerdo red regalo regla regresar reina reir relacion
reloj remedio repetir respeto respirar responder respuesta resto reto reyes rezar rica rico riesgo
rincon rio rios risa robar rodilla rojo romper ropa rosa rosario rota roto ruido ruina rumbo
sabado sabe saber sabia sabor sacar sal sala sale salida salir saltar salud saludo salvo sana
sangre sano santa santo se sea seco secreto sed seguir segun segundo seguro seis semana sencillo
senor senora sentado sentar sentido sentimiento sentir separado septiembre ser serie serio servir
sesion sesiones si sido siempre siente siento siete siglo sigue silencio silla sin sino sitio
sobre sobria sobriedad sobrio social sol sola solamente soledad solo soltar sombra somos son sonar
sonrisa soporte sordo sorpresa soy su suave subir sucio suegra suegro suelo sueno suerte sufrir
sumar supe super supo sur sus susto suyo tal tambien tampoco tan tanta tanto tarde tarea te techo
tema temor temprano tener tengo tenia terapeuta terapia tercer terminar terreno tia tiempo tienda
tiene tierra tio tipo tirar toalla tocar toda todavia todo todos toma tomar tomas tono tonto torre
torres trabaja trabajar trabajo traer trago traicion traje trajo tranquilo trasto trato tres
triste tristeza tu tumba turno tus tuve tuvo tuyo u ultima ultimo un una unas unica unico unido
union uno unos usar uso usted ustedes va vacio valer valiente valle valor vamos vaso vecina vecino
veinte vela venir ventana ver verano verdad verde verguenza vestido vez vi viaje victoria vida
vidas vieja viejo viene viento vientre viernes vimos vino vio violencia visita vista viva vive
vivir vivo voluntad volver vosotros voto voy voz vuelta y ya yerno yo zapato zona
"""

ENGLISH_WORDS, SPANISH_WORDS = frozenset(ENGLISH.split()), frozenset(SPANISH.split())
WORDS = ENGLISH_WORDS | SPANISH_WORDS

# What is taken off a word, and what the word may have ended in before it was put on.
ENDINGS = (
    *(("s", ("",)), ("es", ("", "e", "o", "z")), ("ies", ("y", "ie")), ("ed", ("", "e"))),
    *(("ied", ("y",)), ("ing", ("", "e")), ("er", ("", "e")), ("ers", ("", "e")), ("ier", ("y",))),
    *(("est", ("", "e")), ("ly", ("",)), ("ily", ("y",)), ("ness", ("",)), ("less", ("",))),
    *(
        ("ful", ("",)),
        ("y", ("", "e")),
        ("able", ("", "e")),
        ("ment", ("", "e")),
        ("en", ("", "e")),
    ),
    *(("as", ("a", "o", "ar", "er", "ir")), ("os", ("o",)), ("a", ("ar", "er", "ir", "o"))),
    *(("o", ("ar", "er", "ir")), ("e", ("ar", "er", "ir")), ("an", ("ar", "er", "ir"))),
    *(("en", ("ar", "er", "ir")), ("aba", ("ar",)), ("aban", ("ar",)), ("ia", ("er", "ir"))),
    *(("ian", ("er", "ir")), ("ado", ("ar",)), ("ada", ("ar",)), ("ados", ("ar",))),
    *(("adas", ("ar",)), ("ido", ("er", "ir")), ("ida", ("er", "ir")), ("ando", ("ar",))),
    *(("iendo", ("er", "ir")), ("aron", ("ar",)), ("ieron", ("er", "ir")), ("io", ("er", "ir"))),
    *(("amos", ("ar",)), ("emos", ("er", "ar")), ("imos", ("ir",)), ("aste", ("ar",))),
    *(("ara", ("ar",)), ("aria", ("ar",)), ("mente", ("", "a")), ("ito", ("o", "a"))),
    *(("ita", ("a", "o")),),
)
DOUBLING = frozenset({"ed", "ing", "y"})


def is_common(word: str) -> bool:
    """Say whether a word in bare letters is ordinary, also "carries", "stopped", "lloraba"."""
    if word in WORDS:
        return True
    for ending, befores in ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word[: -len(ending)]
            if any(stem + before in WORDS for before in befores):
                return True
            if stem[-1] == stem[-2] and stem[:-1] in WORDS and ending in DOUBLING:
                return True
    return False
