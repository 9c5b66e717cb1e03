"""Forms: what else a person of a given name may be called."""

# A name, and what those who know its bearer may say instead. Bare letters, as `letters.fold` gives.
SHORT_FORMS = """
aaron ron ronny ronnie
abigail abby abbie gail
abraham abe bram
adelaide addie ada
adriana adri nana
agustin tincho
alberto beto albertito berto
albert al bert bertie
alejandra ale alex sandra jandra
alejandro ale alex jandro sandro
aleksandr alexander alexandr sasha alex sanya shura
aleksandra alexandra sasha alex sanya shura
aleksei alexei alexey alyosha lyosha
alexander alex al xander sandy lex sasha alec
alexandra alex lexi lexie sandra sandy sasha alexa
alfred al alf alfie fred freddie
alfredo fredo fredi alfred
alicia licha ali
alice ali allie
allison allie ali
amanda mandy manda
amelia amy millie mel
ana anita annie
anastasia nastya stasya stacy ana nastia tasia
andrea andy drea andreita
andrei andrey andriusha andy
andres andy andresito
andrew andy drew
angela angie angelita ange
angelica angie
anna annie ann anya anita
anthony tony ant
antonia toni tonia tona
antonio tono tony toni antonito
arthur art artie
augustine gus augie
barbara barb babs barbie
bartholomew bart
beatrice bea trixie
beatriz bea betty
benjamin ben benny benji benjy
bernadette bernie detta
bernard bernie barney
bradley brad
brenda bren
carlos carlitos charly charlie
carmen carmencita mamen carmela menchu
carolina caro lina
caroline carrie caro carol lina
cassandra cass cassie sandra
catherine cathy cath kate katie cat cate kathy
cecilia ceci cecy cece
charles charlie chuck chas chaz charley
charlotte charlie lottie char lotte
christian chris
christina chris chrissy tina christie
christine chris chrissy tina christie
christopher chris kit topher
clarence clare
concepcion concha conchita
consuelo chelo
cornelius neil con
cristina cris tina cristi
cynthia cindy
daniel dan danny dani
daniela dani ela
daniella dani ella
david dave davey davy
deborah deb debbie debby debra
dennis den denny
diana di
diego dieguito
dmitri dima mitya dmitry dimitri
dolores lola loli lolita
dominic dom nick
donald don donny donnie
dorothea thea dora dolly
dorothy dot dottie dolly dory
douglas doug
eduardo edu lalo eddie
edward ed eddie ted teddy ned eddy
edwin ed eddie
ekaterina katya katerina kate katia
eleanor ellie nell nora elle nellie
elena lena elenita helena helen ele lenochka nena
elizabeth beth liz lizzie lizzy betty eliza betsy bess libby lisa elsie liza bessie bette buffy
elisabeth beth liz lizzie lisa elise betty liesl
emily em emmy emmie
emma em emmy
emilio milo emi
enrique quique kike
ernesto neto
esperanza espe pera
estela ela
esteban estebi
eugene gene
eugenia gena eugenie
evgeni zhenya eugene evgeny
evgenia zhenya eugenia evgeniya
federico fede fico
felipe pipe feli
felix feli
fernanda fer nanda
fernando fer nando
florence flo florrie flossie
frances fran francie franny frankie
francisca paca fran paquita pancha
francisco paco pancho fran curro frank quico paquito pacho
frank frankie
franklin frank
frederick fred freddie freddy fritz rick
gabriel gabe gabi gabo
gabriela gabi gaby
gabriella gabby gabi ella
geoffrey geoff jeff
george georgie
georgina gina georgie
gerald gerry jerry
gerardo gera
gertrude trudy gertie
giovanni gianni gio
gonzalo gonza chalo
graciela chela grace
gregory greg gregg
gregorio goyo
guadalupe lupe lupita
guillermo memo guille willy
gustavo gus tavo
harold harry hal
harriet hattie
harrison harry
hector tito
helen nell ellie nellie lena
henry hank harry hal
herbert herb bert
horacio lacho
howard howie
hugo huguito
ignacio nacho
ines inesita
ioannis yannis giannis
irina ira
isaac ike zac
isabel isa chabela bel isabelita belen
isabella bella izzy bell isa
isabelle izzy belle
isidro chilo
ivan vanya
jacob jake coby
jacqueline jackie
jaime jaimito jimmy
james jim jimmy jamie jem
janet jan jannie
jason jay jase
javier javi xavi
jeffrey jeff
jennifer jen jenny jenn jennie
jeremiah jerry
jeremy jerry jem
jerome jerry
jessica jess jessie
jesus chucho chuy
joaquin quino
john jack johnny jackie johnnie jon
jonas jon jonny joni
jonathan jon jonny nathan johnny
jorge coque jorgito
jose pepe pepito chepe pepin josito che joselito
josefa pepa pepita fina
josefina fina pepa josie jose
josemaria chema
joseph joe joey jo
josephine jo josie fifi
joshua josh
juan juanito juancho
juana juanita
juancarlos juanca
judith judy jude judi
julia jules juli
julian jules juli
juliana juli
julio julito
karen kaz
katarina kat kata
katherine kate katie kathy kat kitty kathie kit
kathleen kathy kath kate katie
kathryn kate katie kathy kat
kenneth ken kenny
kimberly kim kimmy
konstantin kostya costas
larisa lara
laura lauri laurita
lawrence larry laurie
lauren laurie
leonard leo len lenny
leonardo leo nardo
leopoldo polo
leticia leti lety
lillian lily lil
linda lin
lorenzo lencho
louis lou louie
louise lou lulu
lourdes lulu
lucia lucy luci
lucas luke
lucille lucy lu
luis lucho luisito
luisa lu luisita
luz lucecita lucita
lydia liddy
magdalena magda lena malena
manuel manu manolo manny lolo
manuela manu manoli
marcela marce chela
marcelo marce chelo
marcus marc mark
margaret maggie meg peggy marge margie peg greta daisy madge margo rita
margarita marga rita mago
maria mari mariquita maruja marita
mariadelcarmen maricarmen
mariajose majo cote
mariateresa maite marite
maribel mari
mariana mari nana
mariya masha maria mary
mario mayito
martha marty patty
martin marty tincho
martina tina
mary molly polly mae mamie
matthew matt matty
mateo teo
matilda tilly mattie
matilde mati
maurice mo
mauricio mauri
maximilian max
maximo maxi max
melanie mel
melissa mel missy lissa
mercedes meche merche mechi
michael mike mick mickey mikey micky
michelle shelly shell
miguel migue miguelito
mikhail misha michael
mildred millie
milagros mili mila
mohammed mo mohamed muhammad
mohamed mo mohammed muhammad
monica moni
montserrat montse
nadezhda nadya nadia
nancy nan
natalia nati talia natasha nata
natalie nat
natalya natasha natalia nata
nathan nate nat
nathaniel nate nat
nicholas nick nicky nico
nicolas nico
nikolai kolya nikolay
nicole nicky nikki nic
nikolaos nikos nick
norberto beto
norman norm
octavio tavo
oksana ksyusha
oliver ollie
olivia liv livvy
oscar ossie
pablo pablito
patricia pat patty tricia trish patti pati
patricio pato
patrick pat paddy rick
paul paulie
paula pau
pauline polly
pedro pedrito perico
peter pete petey
philip phil pip
phillip phil pip
phyllis phyl
pilar pili
priscilla cilla prissy
priya pri
rachel rae ray rach
rafael rafa rafi
ramon moncho
raul rulo
raymond ray
rebecca becky becca beck
refugio cuca
reginald reg reggie
ricardo richi ricky rica
richard rick dick rich ricky richie dickie
robert bob rob bobby bobbie robbie robby bert
roberta bobbie robbie
roberto beto rob robertito
rodolfo rodo fito
rodrigo rodri
roger rog
roland rollie
rolando rolo
ronald ron ronnie ronny
rosa rosita rosi
rosalia rosi
rosario charo chayo
rosemary rosie romy rose
ruben benny rube
salvador chava salva
samantha sam sammy
samuel sam sammy
sandra sandy
santiago santi yago diego chago
sara sarita
sarah sally sadie
sebastian seb bas sebas bastian
sergei seryozha sergey serge
sergio checo
sofia sofi
sophia sophie soph
soledad sole chole
stanley stan
stephanie steph stephie stevie
stephen steve steph stevie
steven steve stevie
susan sue susie suzy suzie
susana susi susanita
svetlana sveta lana
sylvia syl
tatiana tanya tati
tatyana tanya tatiana tania
teresa tere teresita
theodore ted theo teddy
theresa terry tess tessa terri resa
thomas tom tommy
timothy tim timmy
tobias toby
tomas tomasito tommy
tyler ty
ursula ursi
valentina vale tina
valeria vale
vanessa nessa ness
verna vern
veronica vero ronnie roni
vicente chente vince
victor vic vico
victoria vicky vicki tori vicki viki
vincent vince vinny vinnie
violeta viole
virginia ginny ginger vir gina
vladimir vova volodya vlad
walter walt wally
wilfred wilf fred
wilhelm will willi
william will bill billy willy willie liam wills
winifred winnie freddie
xavier xavi
ximena xime
yevgeniya zhenya
yolanda yoli
yosef yossi
yulia yulya julia
yusuf yusef yousef joseph youssef yousuf
zachary zach zack zac zak
zoe zo
"""

FORMS: dict[str, tuple[str, ...]] = {}
FULL_NAMES: dict[str, tuple[str, ...]] = {}
for _line in SHORT_FORMS.split("\n"):
    _name, *_shorts = _line.split() or [""]
    if _name:
        FORMS[_name] = (*FORMS.get(_name, ()), *_shorts)
        for _short in _shorts:
            FULL_NAMES[_short] = (*FULL_NAMES.get(_short, ()), _name)

VOWELS = "aeiou"


def table_forms(name: str) -> set[str]:
    """Return the known short forms of a name and the full names that it shortens.

    Who is recorded under a short form that stands for one name alone ("Beth") may also
    go by its other short forms ("Liz").
    """
    forms = set(FORMS.get(name, ()))
    full = FULL_NAMES.get(name, ())
    forms.update(full)
    if len(full) == 1:
        forms.update(FORMS[full[0]])
    return forms - {name}


def made_forms(name: str) -> set[str]:
    """Return the forms that English and Spanish make of any name: Gracie, Jonny, Elenita."""
    if len(name) < 3 or not name.isascii():
        return set()
    stem = name.rstrip(VOWELS) if len(name) > 3 else name
    forms = {base + end for base in {name, stem} for end in ("y", "ie", "ey")}
    start = next((at for at, letter in enumerate(name) if letter in VOWELS), len(name))
    consonant = next((at for at in range(start, len(name)) if name[at] not in VOWELS), len(name))
    if 0 < consonant < len(name):
        first = name[: consonant + 1]
        forms |= {first + first[-1] + end for end in ("y", "ie")}
    for end in ("ito", "ita", "cito", "cita", "ecito", "ecita", "illo", "illa", "in"):
        forms |= {name + end, stem + end} if end[0] in "ie" else {name + end}
    if name[-1] == "s":  # Carlos, Carlitos
        forms |= {name[:-2] + "itos", name[:-2] + "itas", name[:-1] + "itos", name[:-1] + "itas"}
    if len(stem) > 2:
        forms |= {stem[:-1] + {"c": "qu", "g": "gu", "z": "c"}.get(stem[-1], stem[-1]) + end
                  for end in ("ito", "ita")}  # fmt: skip
    return {form for form in forms if len(form) > 3} - {name}


def inflected(name: str) -> set[str]:
    """Return the case forms of a Slavic name, given in bare letters: Elenu, Elenoi."""
    stem = name.removesuffix("ya").removesuffix("a")
    ends = ("y", "i", "e", "u", "yu", "oi", "ei", "a", "om", "em", "ya")
    return {stem + end for end in ends} - {name} if len(stem) > 2 else set()
