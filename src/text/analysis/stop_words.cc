#include "text/analysis/stop_words.h"

#include <algorithm>

namespace vecstore::text {
namespace {

constexpr std::string_view kCatalan[] = {
    "a",   "al",    "als",       "amb",  "aquest", "aquesta", "com",    "de",        "del",  "dels",
    "el",  "ella",  "ells",      "els",  "em",     "en",      "encara", "ens",       "era",  "eren",
    "es",  "est",   "ha",        "han",  "he",     "hi",      "i",      "ja",        "jo",   "la",
    "les", "li",    "lo",        "los",  "me",     "meu",     "meva",   "mi",        "molt", "més",
    "ni",  "no",    "nosaltres", "o",    "on",     "per",     "perquè", "però",      "qual", "quan",
    "que", "qui",   "què",       "se",   "sense",  "ser",     "serà",   "seu",       "seus", "seva",
    "si",  "sobre", "sol",       "sota", "són",    "també",   "te",     "tinc",      "tot",  "un",
    "una", "unes",  "uns",       "us",   "va",     "vaig",    "ve",     "vosaltres", "és",
};

constexpr std::string_view kDanish[] = {
    "ad",     "af",    "alle",  "alt",   "anden", "at",    "blev",  "blive", "bliver", "da",
    "de",     "dem",   "den",   "denne", "der",   "deres", "det",   "dette", "dig",    "din",
    "disse",  "dog",   "du",    "efter", "eller", "en",    "end",   "er",    "et",     "for",
    "fra",    "ham",   "han",   "hans",  "har",   "havde", "have",  "hende", "hendes", "her",
    "hos",    "hun",   "hvad",  "hvis",  "hvor",  "i",     "ikke",  "ind",   "jeg",    "jer",
    "jo",     "kunne", "man",   "mange", "med",   "meget", "men",   "mig",   "min",    "mine",
    "mit",    "mod",   "ned",   "noget", "nogle", "nu",    "når",   "og",    "også",   "om",
    "op",     "os",    "over",  "på",    "selv",  "sig",   "sin",   "sine",  "sit",    "skal",
    "skulle", "som",   "sådan", "thi",   "til",   "ud",    "under", "var",   "vi",     "vil",
    "ville",  "vor",   "være",  "været",
};

constexpr std::string_view kDutch[] = {
    "aan",    "al",    "alles",  "als",    "altijd", "andere", "ben",   "bij",   "daar",
    "dan",    "dat",   "de",     "der",    "deze",   "die",    "dit",   "doch",  "doen",
    "door",   "dus",   "een",    "eens",   "en",     "er",     "ge",    "geen",  "geweest",
    "haar",   "had",   "heb",    "hebben", "heeft",  "hem",    "het",   "hier",  "hij",
    "hoe",    "hun",   "iemand", "iets",   "ik",     "in",     "is",    "ja",    "je",
    "kan",    "kon",   "kunnen", "maar",   "me",     "meer",   "men",   "met",   "mij",
    "mijn",   "moet",  "na",     "naar",   "niet",   "niets",  "nog",   "nu",    "of",
    "om",     "omdat", "onder",  "ons",    "ook",    "op",     "over",  "reeds", "te",
    "tegen",  "toch",  "toen",   "tot",    "u",      "uit",    "uw",    "van",   "veel",
    "voor",   "want",  "waren",  "was",    "wat",    "werd",   "wezen", "wie",   "wil",
    "worden", "wordt", "zal",    "ze",     "zelf",   "zich",   "zij",   "zijn",  "zo",
    "zonder", "zou",
};

constexpr std::string_view kEnglish[] = {
    "a",   "an",    "and",  "are",   "as",    "at",   "be",   "but", "by",  "for",  "if",
    "in",  "into",  "is",   "it",    "no",    "not",  "of",   "on",  "or",  "such", "that",
    "the", "their", "then", "there", "these", "they", "this", "to",  "was", "will", "with",
};

constexpr std::string_view kFinnish[] = {
    "ei",     "eivät",  "emme",   "en",      "et",      "ette",   "että",    "he",     "heidän",
    "heille", "heitä",  "hän",    "häneen",  "hänelle", "hänen",  "hänet",   "häntä",  "ja",
    "joiden", "joka",   "jos",    "jota",    "jotka",   "kanssa", "keiden",  "keitä",  "ketkä",
    "koska",  "kuin",   "kuka",   "kun",     "me",      "meidän", "meille",  "meitä",  "mihin",
    "mikä",   "minkä",  "minua",  "minulla", "minulle", "minun",  "minut",   "minä",   "missä",
    "mistä",  "mitkä",  "mitä",   "mukaan",  "mutta",   "myös",   "ne",      "niiden", "niin",
    "niitä",  "noiden", "noita",  "nuo",     "nyt",     "näiden", "näitä",   "nämä",   "ole",
    "olemme", "olen",   "olet",   "olette",  "oli",     "olimme", "olin",    "olisi",  "olit",
    "olivat", "olla",   "olleet", "ollut",   "on",      "ovat",   "poikki",  "se",     "sekä",
    "sen",    "siihen", "siinä",  "siitä",   "sille",   "sinua",  "sinulle", "sinun",  "sinut",
    "sinä",   "sitä",   "tai",    "tuo",     "tuon",    "tuota",  "tähän",   "tällä",  "tämä",
    "tämän",  "tässä",  "tästä",  "tätä",    "vaan",    "vai",    "vaikka",  "voi",    "yli",
};

constexpr std::string_view kFrench[] = {
    "a",     "ai",      "aie",     "ait",    "alors", "après", "as",     "au",    "aucun", "aussi",
    "autre", "aux",     "avaient", "avait",  "avec",  "avez",  "avions", "avoir", "avons", "ayant",
    "bien",  "c",       "car",     "ce",     "ceci",  "cela",  "celle",  "celui", "ces",   "cet",
    "cette", "ceux",    "comme",   "d",      "dans",  "de",    "des",    "donc",  "dont",  "du",
    "elle",  "elles",   "en",      "encore", "entre", "es",    "est",    "et",    "eu",    "eux",
    "fait",  "font",    "furent",  "fut",    "il",    "ils",   "j",      "je",    "l",     "la",
    "le",    "les",     "leur",    "leurs",  "lui",   "m",     "ma",     "mais",  "me",    "mes",
    "moi",   "mon",     "même",    "n",      "ne",    "ni",    "nos",    "notre", "nous",  "on",
    "ont",   "ou",      "où",      "par",    "pas",   "plus",  "pour",   "qu",    "quand", "que",
    "quel",  "quelle",  "qui",     "s",      "sa",    "sans",  "se",     "sera",  "ses",   "si",
    "son",   "sont",    "sous",    "sur",    "t",     "ta",    "te",     "tes",   "toi",   "ton",
    "tous",  "tout",    "très",    "tu",     "un",    "une",   "vers",   "vos",   "votre", "vous",
    "y",     "étaient", "était",   "étant",  "été",   "être",
};

constexpr std::string_view kGerman[] = {
    "aber",   "alle",   "allem",  "allen",   "aller",  "alles",  "als",    "also",     "am",
    "an",     "ander",  "andere", "anderen", "auch",   "auf",    "aus",    "bei",      "bin",
    "bis",    "bist",   "da",     "dabei",   "damit",  "dann",   "das",    "dass",     "dein",
    "deine",  "dem",    "den",    "denn",    "der",    "des",    "dessen", "dich",     "die",
    "dies",   "diese",  "diesem", "diesen",  "dieser", "dieses", "dir",    "doch",     "dort",
    "du",     "durch",  "ein",    "eine",    "einem",  "einen",  "einer",  "eines",    "er",
    "es",     "etwas",  "euch",   "euer",    "für",    "gegen",  "habe",   "haben",    "hat",
    "hatte",  "hatten", "hier",   "hin",     "hinter", "ich",    "ihm",    "ihn",      "ihnen",
    "ihr",    "ihre",   "ihrem",  "ihren",   "ihrer",  "im",     "in",     "indem",    "ins",
    "ist",    "ja",     "jede",   "jedem",   "jeden",  "jeder",  "jedes",  "jene",     "jetzt",
    "kann",   "kein",   "keine",  "können",  "man",    "manche", "mein",   "meine",    "mich",
    "mir",    "mit",    "muss",   "nach",    "nicht",  "nichts", "noch",   "nun",      "nur",
    "ob",     "oder",   "ohne",   "sehr",    "sein",   "seine",  "seinem", "seinen",   "seiner",
    "selbst", "sich",   "sie",    "sind",    "so",     "solche", "soll",   "sollte",   "sondern",
    "sonst",  "um",     "und",    "uns",     "unser",  "unter",  "viel",   "vom",      "von",
    "vor",    "war",    "waren",  "was",     "weg",    "weil",   "weiter", "welche",   "wenn",
    "werde",  "werden", "wie",    "wieder",  "will",   "wir",    "wird",   "wo",       "wollen",
    "wurde",  "wurden", "würde",  "zu",      "zum",    "zur",    "zwar",   "zwischen", "über",
};

constexpr std::string_view kGreek[] = {
    "έχει",   "έχουν",  "ή",       "ήταν",    "ίσωσ",   "αλλά",  "αν",    "αντί",  "από",
    "αυτά",   "αυτέσ",  "αυτή",    "αυτοί",   "αυτούσ", "αυτό",  "αυτόσ", "αυτών", "για",
    "δε",     "δεν",    "εάν",     "είμαι",   "είναι",  "είσαι", "είχε",  "εγώ",   "εκείνα",
    "εκείνη", "εκείνο", "εκείνοι", "εκείνοσ", "εμείσ",  "ενώ",   "επί",   "εσείσ", "εσύ",
    "η",      "θα",     "και",     "κατά",    "κι",     "μέσα",  "μία",   "μα",    "με",
    "μετά",   "μη",     "μην",     "μια",     "να",     "ο",     "οι",    "παρά",  "ποια",
    "ποιεσ",  "ποιο",   "ποιοι",   "ποιοσ",   "που",    "προσ",  "πωσ",   "σαν",   "σασ",
    "σε",     "στα",    "στη",     "στην",    "στισ",   "στο",   "στον",  "στουσ", "στων",
    "τα",     "την",    "τησ",     "τι",      "τισ",    "το",    "τον",   "του",   "τουσ",
    "των",    "ωσ",     "όμωσ",    "όπωσ",    "όταν",   "ότι",
};

constexpr std::string_view kHungarian[] = {
    "a",      "abban",   "ahhoz",     "ahogy",   "ahol",    "aki",     "akik",    "akkor",
    "alatt",  "amely",   "amelyek",   "amelyet", "ami",     "amikor",  "amíg",    "az",
    "azok",   "azon",    "azt",       "aztán",   "azután",  "azért",   "be",      "bár",
    "csak",   "de",      "e",         "egy",     "egyes",   "egyik",   "egyre",   "ekkor",
    "el",     "először", "előtt",     "ennek",   "erre",    "ez",      "ezek",    "ezen",
    "ezt",    "ezért",   "fel",       "felé",    "ha",      "hanem",   "hogy",    "hogyan",
    "igen",   "ill",     "ilyen",     "is",      "ismét",   "itt",     "jó",      "jól",
    "kell",   "kívül",   "közben",    "között",  "közül",   "legyen",  "lehet",   "lenne",
    "lenni",  "lesz",    "lett",      "maga",    "majd",    "meg",     "mely",    "melyek",
    "mert",   "mi",      "minden",    "mint",    "mit",     "mivel",   "most",    "már",
    "még",    "nagy",    "nagyon",    "ne",      "nekem",   "neki",    "nem",     "nincs",
    "néha",   "néhány",  "nélkül",    "olyan",   "ott",     "pedig",   "persze",  "s",
    "saját",  "sem",     "semmi",     "sok",     "szerint", "szinte",  "számára", "talán",
    "te",     "tehát",   "teljes",    "több",    "utolsó",  "után",    "vagy",    "vagyok",
    "valaki", "valami",  "van",       "vannak",  "vele",    "viszont", "volna",   "volt",
    "voltak", "által",   "általában", "át",      "én",      "és",      "így",     "össze",
    "úgy",    "új",      "újra",      "ő",       "ők",
};

constexpr std::string_view kIndonesian[] = {
    "ada",    "adalah",  "agar",    "akan",    "antara",   "apa",      "apabila",  "atas",
    "atau",   "bagi",    "bahwa",   "banyak",  "beberapa", "belum",    "berada",   "bisa",
    "boleh",  "bukan",   "dalam",   "dan",     "dapat",    "dari",     "dengan",   "di",
    "dia",    "hal",     "hanya",   "harus",   "ia",       "ini",      "itu",      "jadi",
    "jika",   "juga",    "kami",    "karena",  "ke",       "kepada",   "ketika",   "kita",
    "lagi",   "lain",    "lebih",   "maka",    "masih",    "mereka",   "namun",    "oleh",
    "pada",   "para",    "per",     "perlu",   "pun",      "saat",     "saja",     "sampai",
    "sangat", "saya",    "sebagai", "sebelum", "secara",   "sedang",   "sehingga", "sejak",
    "selain", "seluruh", "semua",   "seperti", "serta",    "setelah",  "setiap",   "suatu",
    "sudah",  "tanpa",   "tapi",    "telah",   "tentang",  "terhadap", "tersebut", "tetapi",
    "tidak",  "untuk",   "yang",
};

constexpr std::string_view kItalian[] = {
    "a",      "abbia",  "abbiamo", "agli",    "ai",     "al",     "alla",   "alle",   "allo",
    "anche",  "avere",  "aveva",   "avevano", "c",      "che",    "chi",    "ci",     "come",
    "con",    "contro", "cui",     "da",      "dagli",  "dai",    "dal",    "dalla",  "dalle",
    "dallo",  "degli",  "dei",     "del",     "della",  "delle",  "dello",  "dentro", "di",
    "dove",   "e",      "ebbe",    "ed",      "era",    "erano",  "essere", "fa",     "fra",
    "furono", "gli",    "ha",      "hanno",   "ho",     "i",      "il",     "in",     "io",
    "l",      "la",     "le",      "lei",     "li",     "lo",     "loro",   "lui",    "ma",
    "me",     "mi",     "mia",     "mio",     "ne",     "negli",  "nei",    "nel",    "nella",
    "nelle",  "nello",  "noi",     "non",     "nostra", "nostro", "o",      "ogni",   "per",
    "perché", "però",   "più",     "poi",     "qual",   "quale",  "quali",  "quando", "quanto",
    "quella", "quelle", "quelli",  "quello",  "questa", "queste", "questi", "questo", "qui",
    "sarà",   "se",     "sei",     "si",      "sia",    "siamo",  "sono",   "sopra",  "sta",
    "stato",  "su",     "sua",     "sugli",   "sui",    "sul",    "sulla",  "sulle",  "sullo",
    "suo",    "suoi",   "tra",     "tu",      "tua",    "tuo",    "tutti",  "tutto",  "un",
    "una",    "uno",    "vi",      "voi",     "è",
};

constexpr std::string_view kNorwegian[] = {
    "alle", "at",    "av",    "bare",    "begge", "ble",   "bli",     "blir",    "både",
    "da",   "de",    "deg",   "dei",     "deim",  "deira", "den",     "denne",   "der",
    "dere", "deres", "det",   "dette",   "di",    "din",   "disse",   "ditt",    "du",
    "dykk", "eg",    "ein",   "eit",     "eller", "elles", "en",      "enn",     "er",
    "et",   "ett",   "etter", "for",     "fordi", "fra",   "før",     "ha",      "hadde",
    "han",  "hans",  "har",   "hennes",  "her",   "hjå",   "ho",      "hoe",     "hun",
    "hva",  "hvem",  "hver",  "hvilken", "hvis",  "hvor",  "hvordan", "hvorfor", "i",
    "ikke", "ikkje", "ingen", "inn",     "ja",    "jeg",   "kan",     "kom",     "korleis",
    "kun",  "kunne", "kva",   "kvar",    "man",   "mange", "me",      "med",     "medan",
    "meg",  "men",   "mi",    "min",     "mine",  "mitt",  "mot",     "mye",     "mykje",
    "ned",  "no",    "noe",   "noen",    "noko",  "nokon", "nå",      "når",     "og",
    "også", "om",    "opp",   "oss",     "over",  "på",    "samme",   "seg",     "selv",
    "si",   "sia",   "sidan", "sin",     "sine",  "sitt",  "skal",    "skulle",  "slik",
    "som",  "så",    "til",   "um",      "under", "upp",   "ut",      "uten",    "var",
    "vart", "varte", "ved",   "vel",     "vere",  "verte", "vi",      "vil",     "ville",
    "vår",  "være",  "vært",  "å",
};

constexpr std::string_view kPortuguese[] = {
    "a",      "ao",     "aos",   "aquela", "aquelas", "aquele", "aqueles", "aquilo", "as",
    "até",    "com",    "como",  "da",     "das",     "de",     "dela",    "delas",  "dele",
    "deles",  "depois", "do",    "dos",    "e",       "ela",    "elas",    "ele",    "eles",
    "em",     "entre",  "era",   "eram",   "essa",    "essas",  "esse",    "esses",  "esta",
    "estas",  "este",   "estes", "está",   "estão",   "eu",     "foi",     "foram",  "fosse",
    "há",     "isso",   "isto",  "já",     "lhe",     "lhes",   "mais",    "mas",    "me",
    "mesmo",  "meu",    "meus",  "minha",  "minhas",  "muito",  "na",      "nas",    "nem",
    "no",     "nos",    "nossa", "nosso",  "num",     "numa",   "não",     "nós",    "o",
    "os",     "ou",     "para",  "pela",   "pelas",   "pelo",   "pelos",   "por",    "qual",
    "quando", "que",    "quem",  "se",     "sem",     "ser",    "será",    "seu",    "seus",
    "sua",    "suas",   "são",   "só",     "também",  "te",     "tem",     "tenho",  "ter",
    "teu",    "tinha",  "tu",    "tua",    "têm",     "um",     "uma",     "umas",   "uns",
    "você",   "vocês",  "à",     "às",     "é",
};

constexpr std::string_view kRomanian[] = {
    "a",       "abia",    "acea",   "aceasta", "această", "aceea",  "acei",    "aceia",   "acel",
    "acela",   "acele",   "acelea", "acest",   "acesta",  "aceste", "acestea", "acestei", "acestor",
    "acestui", "acum",    "ai",     "aici",    "al",      "ale",    "alt",     "alta",    "alte",
    "altul",   "am",      "ar",     "are",     "as",      "asta",   "astfel",  "asupra",  "atât",
    "au",      "avea",    "avem",   "așa",     "ați",     "ca",     "care",    "ce",      "cea",
    "cei",     "cel",     "cele",   "celor",   "cine",    "cu",     "cum",     "când",    "cărei",
    "cărora",  "cărui",   "da",     "dacă",    "dar",     "de",     "deci",    "deși",    "din",
    "după",    "e",       "ea",     "ei",      "el",      "ele",    "era",     "este",    "eu",
    "face",    "fi",      "fie",    "fiecare", "fiind",   "fost",   "fără",    "i",       "iar",
    "la",      "le",      "li",     "lor",     "lui",     "mai",    "mea",     "mei",     "mele",
    "mi",      "mult",    "nici",   "nu",      "o",       "ori",    "pe",      "pentru",  "prea",
    "prin",    "până",    "s",      "sa",      "sau",     "se",     "spre",    "sub",     "sunt",
    "suntem",  "sunteți", "să",     "t",       "ta",      "te",     "toate",   "toată",   "tot",
    "tu",      "un",      "una",    "unde",    "unei",    "unele",  "unii",    "unor",    "unui",
    "va",      "voi",     "vom",    "vor",     "vă",      "îi",     "îl",      "în",      "încă",
    "între",   "întru",   "își",    "îți",     "și",
};

constexpr std::string_view kRussian[] = {
    "а",      "без",    "более", "больше", "будет", "будто", "бы",    "был",  "была",  "были",
    "было",   "быть",   "в",     "вам",    "вас",   "весь",  "во",    "вот",  "все",   "всего",
    "всех",   "вы",     "где",   "да",     "даже",  "для",   "до",    "его",  "ее",    "если",
    "есть",   "еще",    "же",    "за",     "здесь", "и",     "из",    "или",  "им",    "их",
    "к",      "как",    "какая", "какой",  "когда", "кто",   "ли",    "либо", "между", "меня",
    "мне",    "может",  "можно", "мой",    "моя",   "мы",    "на",    "над",  "надо",  "нас",
    "не",     "него",   "нее",   "нет",    "ни",    "них",   "но",    "ну",   "о",     "об",
    "один",   "он",     "она",   "они",    "оно",   "от",    "перед", "по",   "под",   "после",
    "потом",  "потому", "при",   "про",    "с",     "сам",   "свое",  "себе", "себя",  "со",
    "так",    "также",  "такой", "там",    "тебя",  "тем",   "то",    "того", "тоже",  "той",
    "только", "том",    "тот",   "тут",    "ты",    "у",     "уже",   "хотя", "чего",  "чем",
    "что",    "чтобы",  "чье",   "эта",    "эти",   "это",   "этого", "этой", "этом",  "этот",
    "я",
};

constexpr std::string_view kSpanish[] = {
    "a",       "al",      "algo",  "algunas", "algunos", "ante",     "antes",   "aquel",
    "aquella", "aquello", "como",  "con",     "contra",  "cual",     "cuando",  "de",
    "del",     "desde",   "donde", "durante", "e",       "el",       "ella",    "ellas",
    "ellos",   "en",      "entre", "era",     "eran",    "es",       "esa",     "esas",
    "ese",     "eso",     "esos",  "esta",    "estas",   "este",     "esto",    "estos",
    "está",    "están",   "fue",   "fueron",  "ha",      "haber",    "había",   "hace",
    "han",     "hasta",   "hay",   "la",      "las",     "le",       "les",     "lo",
    "los",     "me",      "mi",    "mis",     "mucho",   "muchos",   "muy",     "más",
    "mí",      "nada",    "ni",    "no",      "nos",     "nosotros", "nuestra", "nuestro",
    "o",       "os",      "otra",  "otros",   "para",    "pero",     "poco",    "por",
    "porque",  "que",     "quien", "qué",     "se",      "sea",      "ser",     "si",
    "sido",    "sin",     "sobre", "son",     "su",      "sus",      "sí",      "también",
    "tanto",   "te",      "tenía", "tiene",   "todo",    "todos",    "tu",      "tus",
    "un",      "una",     "uno",   "unos",    "y",       "ya",       "yo",      "él",
};

constexpr std::string_view kSwedish[] = {
    "alla",   "allt",   "att",    "av",     "blev",  "bli",   "blir",   "blivit", "de",    "dem",
    "den",    "denna",  "deras",  "dess",   "dessa", "det",   "detta",  "dig",    "din",   "dina",
    "ditt",   "du",     "där",    "då",     "efter", "ej",    "eller",  "en",     "er",    "era",
    "ert",    "ett",    "från",   "för",    "ha",    "hade",  "han",    "hans",   "har",   "henne",
    "hennes", "hon",    "honom",  "hur",    "här",   "i",     "icke",   "ingen",  "inom",  "inte",
    "jag",    "ju",     "kan",    "kunde",  "man",   "med",   "mellan", "men",    "mig",   "min",
    "mina",   "mitt",   "mot",    "mycket", "ni",    "nu",    "när",    "någon",  "något", "några",
    "och",    "om",     "oss",    "på",     "samma", "sedan", "sig",    "sin",    "sina",  "sitta",
    "själv",  "skulle", "som",    "så",     "sådan", "till",  "under",  "upp",    "ut",    "utan",
    "vad",    "var",    "vara",   "varför", "varit", "varje", "vars",   "vart",   "vem",   "vi",
    "vid",    "vilka",  "vilken", "vilket", "vår",   "våra",  "vårt",   "än",     "är",    "åt",
    "över",
};

constexpr std::string_view kTurkish[] = {
    "acaba",  "ama",    "ancak",  "aslında", "az",     "bana",  "bazı",  "belki",  "ben",
    "benden", "beni",   "benim",  "beri",    "bile",   "bir",   "biri",  "birkaç", "birçok",
    "biz",    "bize",   "bizi",   "bizim",   "bu",     "buna",  "bunda", "bundan", "bunlar",
    "bunu",   "bunun",  "burada", "böyle",   "da",     "daha",  "de",    "değil",  "diye",
    "dolayı", "en",     "eğer",   "fakat",   "gibi",   "göre",  "hangi", "hatta",  "hem",
    "henüz",  "hep",    "hepsi",  "her",     "hiç",    "ile",   "ise",   "için",   "işte",
    "kadar",  "karşın", "kendi",  "ki",      "kim",    "kime",  "mi",    "mu",     "mü",
    "mı",     "nasıl",  "ne",     "neden",   "nerede", "niye",  "niçin", "o",      "olan",
    "olarak", "oldu",   "olduğu", "olur",    "ona",    "ondan", "onlar", "onu",    "onun",
    "orada",  "oysa",   "pek",    "rağmen",  "sana",   "sanki", "sen",   "senin",  "siz",
    "sizin",  "son",    "sonra",  "tüm",     "var",    "ve",    "veya",  "ya",     "yani",
    "yerine", "yine",   "yok",    "zaten",   "çok",    "çünkü", "öyle",  "üzere",  "şey",
    "şu",     "şunu",   "şöyle",
};

constexpr std::string_view kCatalanArticles[] = {
    "d", "l", "m", "n", "s", "t",
};

constexpr std::string_view kFrenchArticles[] = {
    "c", "d", "j", "jusqu", "l", "lorsqu", "m", "n", "puisqu", "qu", "quoiqu", "s", "t",
};

constexpr std::string_view kItalianArticles[] = {
    "agl",  "all",  "c",    "coll",  "d", "dall", "degl", "dell", "gl", "l", "m",
    "negl", "nell", "pell", "quell", "s", "sugl", "sull", "t",    "un", "v",
};

struct Language {
  std::string_view name;
  std::span<const std::string_view> stop_words;
  std::span<const std::string_view> articles = {};
};

constexpr Language kLanguages[] = {
    {"catalan", kCatalan, kCatalanArticles},
    {"danish", kDanish},
    {"dutch", kDutch},
    {"english", kEnglish},
    {"finnish", kFinnish},
    {"french", kFrench, kFrenchArticles},
    {"german", kGerman},
    {"greek", kGreek},
    {"hungarian", kHungarian},
    {"indonesian", kIndonesian},
    {"italian", kItalian, kItalianArticles},
    {"norwegian", kNorwegian},
    {"portuguese", kPortuguese},
    {"romanian", kRomanian},
    {"russian", kRussian},
    {"spanish", kSpanish},
    {"swedish", kSwedish},
    {"turkish", kTurkish},
};

constexpr std::string_view kNames[] = {
    "catalan",    "danish",   "dutch",     "english",    "finnish", "french",
    "german",     "greek",    "hungarian", "indonesian", "italian", "norwegian",
    "portuguese", "romanian", "russian",   "spanish",    "swedish", "turkish"};

const Language* find(std::string_view name) {
  const auto* found = std::ranges::find(kLanguages, name, &Language::name);
  return found == std::end(kLanguages) ? nullptr : found;
}

}  // namespace

std::span<const std::string_view> stop_words(std::string_view language) {
  const Language* found = find(language);
  return found == nullptr ? std::span<const std::string_view>() : found->stop_words;
}

std::span<const std::string_view> elided_articles(std::string_view language) {
  const Language* found = find(language);
  return found == nullptr ? std::span<const std::string_view>() : found->articles;
}

std::span<const std::string_view> languages() { return kNames; }

}  // namespace vecstore::text
