/** Words that stand after "the password is" and say something about it; by language, and by part of speech where that helps to read them. */
const WORDS = new Set(
  // determiners, pronouns, prepositions, conjunctions, adverbs, verbs
  (
    'a an the this that these those my your his her its our their one ones some any no none not never nothing something anything everything somebody someone anyone nobody each every all both either neither ' +
    'i you he she it we they me him us them who whom whose which what where when why how whatever whichever there here then than as so if because since while until unless though although whether ' +
    'in on at by to from of for with without within into onto upon under over above below behind between beyond before after during against among around about across along near inside outside via per off up down out back again away like unlike except only just also even still already yet always ever often usually mostly sometimes rarely seldom soon later now today tomorrow yesterday once twice almost nearly quite rather pretty very too really actually probably maybe perhaps certainly definitely clearly simply basically literally exactly ' +
    'and or but nor plus is are was were be been being am do does did done has have had having can could will would shall should may might must let lets going gonna ' +
    'see ask look try check use go come get got getting take give make tell say says said please click enter type call contact visit read find call wait stop help keep leave ' +
    // adjectives
    'able absent accessible active actual alive alone alright ambiguous antique anonymous apparent apt available awful awkward bad bare basic best better big blank boring brief bright broken brute busy case certain cheap classic clean clear clever closed cold common compliant complete complex confidential consistent convenient cool correct corrupt critical crucial crazy current cute dangerous dead default dependent different difficult digital dirty double due dumb dynamic early easier easiest easy effective efficient empty enough equal essential exact excellent expensive external extra fair fake false familiar fast fatal fine finite firm fixed flat foreign fragile free frequent fresh full fun funny general generic genuine global good great guessable half handy happy hard harder hardest harmless heavy hidden high historic hot huge human identical ideal idle illegal immutable important impossible inactive incorrect independent inherent initial insecure intact internal invalid invisible irrelevant joint junk key kind known lame large last late legit legal less limited little live local long longer longest loose low lucky mandatory many master minimal minor mixed more most much mutable mysterious natural neat necessary needed new newer next nice normal null numeric obvious odd offline ok okay old older online open optional ordinary original other out outdated own partial particular perfect permanent persistent personal plain poor popular possible potential powerful present previous primary private proper public pure quick quiet random rare raw ready real recent redundant regular relevant reliable remote required resistant right risky robust safe safer same scary secret secure sensitive separate serious severe shared sharp shit short shorter shortest sick significant silly similar simple single slow small smart soft solid special specific stable stale standard static strange strict strong stronger strongest stupid subject sufficient super sure suspicious sweet symmetric temporary temp terrible thin tight tiny total tough transparent tricky trivial true trustworthy typical ugly ultimate unable unavailable unclear uncommon undefined unhackable unique universal unknown unlikely unnecessary unreadable unrelated unsafe unsuitable unusual upper lower uppercase lowercase urgent used useful useless usual valid valuable variable varied various viable visible vital void voluntary vulnerable warm weak weaker weakest weird well whole wide widespread wild working worse worst worth worthless wrong yours mine theirs ours hers afoot alphanumeric hexadecimal decimal ' +
    // irregular participles and words that end a predicate
    'bound bought broke brought built burnt caught chosen cut dealt drawn driven fallen felt forgot forgotten found frozen given gone grown heard held hid hit hung hurt kept laid learnt led left lent lost made meant met misspelt overdue paid proven put re-set redone rewritten seen sent set shown shut sold spelt split spoken spread spun stolen stuck sworn taken taught thrown told torn typed undone understood unset won worn woken written overwritten outsourced ' +
    // nouns without an article
    'bullshit characters chars crap egal data digits garbage gibberish letters nonsense numbers part password passwords pin plaintext proof rubbish symbols text trash trouble words string integer boolean object number char varchar hash bcrypt argon2 sha256 md5 base64 ascii utf-8 sms mail email e-mail username user admin-only n/a tbd todo follows ' +
    // answers that give nothing
    'yes yeah yep nope nah hello hi hey thanks thank thx sorry ok okay hm hmm huh idk dunno denied granted classified redacted secret pardon fine cheers bye ' +
    // German
    'der die das den dem des ein eine einen einem einer kein keine keinen mein meine dein deine sein ihr unser euer nicht nie niemals immer noch schon jetzt früher wieder zu sehr ganz nur auch so wie was wer wo wann warum im in auf an am aus bei mit von vom zum zur für über unter nach vor ich du er sie es wir ihr und oder aber dass ob wenn weil falsch richtig korrekt inkorrekt sicher unsicher kurz lang länger zu schwach stark einfach schwer leicht alt neu leer geheim bekannt unbekannt gültig ungültig weg kaputt gesperrt abgelaufen vergessen verloren verlangt erforderlich notwendig nötig pflicht optional dasselbe dieselbe derselbe gleich identisch anders bereits leider folgende folgendes folgt möglich unmöglich verboten erlaubt öffentlich privat persönlich falsche ja nein doch bitte danke klar ' +
    // French
    'le la les un une des du de ce cette mon ma mes ton ta votre son sa notre pas plus très trop bien mal toujours jamais encore déjà maintenant aussi dans sur sous avec sans pour par en au aux et ou mais que qui quoi où quand comment je tu il elle nous vous ils incorrect faux fausse correct correcte valide invalide court long longue faible fort forte simple complexe facile difficile sûr secret secrète obligatoire requis nécessaire oublié perdu bloqué expiré même identique différent inconnu vide ancien nouveau oui non merci ' +
    // Spanish, Portuguese, Italian
    'el los las lo un una unos mi tu su nuestra no muy más mas demasiado siempre nunca ya todavía ahora también en con sin para por y o pero que quien donde cuando como incorrecta incorrecto correcta correcto falsa falso válida inválida corta corto larga largo débil fuerte segura insegura fácil difícil secreta única misma mismo igual diferente nueva vieja vacía obligatoria necesaria conocida desconocida sí gracias ' +
    'o os as um uma meu minha teu tua seu sua nosso não nao muito mais sempre já ainda agora também em com sem fraca forte curta longa errada errado certa correta válido segura nova velha vazia mesma obrigatória necessária sim obrigado obrigada ' +
    'il gli uno mio mia tuo suo sua nostro non molto più troppo sempre mai ancora già ora anche nel nella con senza per e o ma che chi dove quando come sbagliata sbagliato errata corretta corretto valida valido scaduta corta lunga debole sicura facile difficile segreta unica stessa stesso nuova vecchia vuota obbligatoria necessaria sì grazie ' +
    // Dutch
    'het een de dit dat mijn jouw je uw zijn haar ons onze niet geen nooit altijd nog al nu ook zo te erg heel alleen op aan uit bij met van voor over onder na ik jij hij zij wij en of maar dat als verkeerd fout juist goed onjuist geldig ongeldig kort lang zwak sterk veilig onveilig makkelijk moeilijk geheim leeg oud nieuw verlopen vergeten verplicht nodig hetzelfde anders onbekend bekend weg kapot ja nee bedankt'
  ).split(' '),
)

/** Endings of participles, adjectives and adverbs; the words that have them by accident. */
const ENDING =
  /^(?:\p{L}[\p{L}-]{2,}(?:ed|ing|able|ible|ful|less|ous|ly|ial|ical|ional|onal|ory|atic|istic)|\p{L}{4,}(?:ive|ary)|(?:un|in|im|non-|mis|re-)\p{L}{3,}(?:ed|en|ent|ant|able|t)|case-\p{L}+|ge\p{L}{3,}(?:t|en|d)|\p{L}{3,}(?:iert|lich|isch|bar|haft|lijk|baar|loos|eerd)|ver\p{L}{3,}(?:t|en)|\p{L}{3,}(?:ado|ada|ido|ida|ata|uta|bile|ável|ível|able|ório|ória|orio|oria|ente)|\p{L}{2,}(?:é|ée|és|ées|eux|euse|oire|aire))$/iu
const NO_ENDING =
  /^(?:darling|sterling|starling|viking|spring|lightning|pudding|wedding|evening|morning|duckling|sibling|ceiling|clothing|string|boeing|beijing|alfred|hundred|speed|weed|breed|seed|shed|mohammed|ahmed|wicked|biped|moped|table|constable|vegetable|cable|fable|bible|butterfly|dragonfly|firefly|family|emily|jelly|belly|molly|holly|polly|kelly|sally|billy|willy|teddy|lily|italy|july|assembly|monopoly|factory|victory|memory|story|hickory|ivory|gregory|olive|canary|library|rosemary|january|february|hilary|burglary|granada|nevada|canada|armada|avocado|tornado|colorado|desperado|eldorado|panda|florida|frida|cupid|gelato|sonata|cantata|piñata|presidente|serpente|oriente|gelato|germaine|garten|gedicht)$/iu

/**
 * True where a word, as it stands after a copula, says something about a secret and is none.
 * @param quoted whether it stands in quotes, where adjectives are rare
 */
export function isPredicate(word: string, quoted = false): boolean {
  const lower = word.toLowerCase()
  if (quoted) return WORDS.has(lower) || /ed$/.test(lower)
  return (
    WORDS.has(lower) ||
    WORDS.has(lower.replace(/['’](?:s|m|re|ve|ll|d|t)$/, '')) ||
    (ENDING.test(lower) && !NO_ENDING.test(lower))
  )
}

/** True where a word holds a sentence together, so that it is in no string of words that was drawn or made up: `the`, `is`, `not`. */
export const isWordOfSentence = (word: string): boolean => SENTENCE.has(word.toLowerCase())

const SENTENCE = new Set(
  'a an the this that these those my your his her its our their i you he she it we they me him us them not never no is are was were be been am do does did has have had can could will would should may might must to of from with without than as if because since until unless and or but which who that there too very only also always already still however please'.split(
    ' ',
  ),
)
