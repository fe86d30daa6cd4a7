import { matchesAt, wordsBefore } from '../places.ts'

/** What a named secret may be: any password; digits or a word; digits, now and then with letters; several words; a name or an expression of a few words. */
export type Kind = 'password' | 'code' | 'number' | 'phrase' | 'answer'

/** A word that names a secret in a sentence: `password`, `PIN`, `door code`, `mother's maiden name`. */
export interface Head {
  start: number
  /** After its last character. */
  end: number
  kind: Kind
  /** False where it often names something else, so that only the form of a value can prove it: `key`, `clave`. */
  sure: boolean
}

/** English words in front of `code` that make it one that opens something. */
const OPENING =
  'access|door|gate|alarm|entry|entrance|security|verification|confirmation|one-?time|single-use|2fa|mfa|two-factor|log-?in|sign-?in|unlock|recovery|backup|safe|vault|garage|key|keypad|key ?box|lock|lockbox|building|office|house|locker|sms|authentication|authenticator|authorization|disarm|panel|shed|activation'
/** German ones, written together with it. */
const DOOR =
  'tür|haustür|tor|alarm|sicherheits|freischalt|entsperr|bestätigungs|tresor|safe|eingangs|garagen|sperr|zugangs|toegangs'

/** What a code must be of, to open something. */
const LOCK =
  /(?<!\p{L})(?:safe|door|gate|alarm|garage|building|locker|vault|lock|padlock|house|flat|apartment|shed|key ?box|lockbox|barrier|elevator|lift|basement|menu|keypad|panel|texted|sms|digit|your (?:phone|mobile|device)|get in|verify|sign in|log in|tresor|türe?|haustür|tor|alarmanlage|schloss|schließfach|porte|portail|coffre|alarme|immeuble|cadenas|puerta|caja fuerte|alarma|portal|candado|banco|porta|cancello|cassaforte|allarme|portão|cofre|deur|kluis|poort|slot)(?!\p{L})/iu
const NETWORK = /(?<!\p{L})(?:wi-?fi|wlan|ssid|hotspot|wpa[23]?)(?!\p{L})/iu
const ACCOUNT =
  /(?<!\p{L})(?:user(?:name)?|login|account|pi|ssid|wi-?fi|accounts?|log ?in|code|locked|protected)(?!\p{L})/iu

interface Names {
  kind: Kind
  /** Alternatives of an expression; longer ones stand before those that they begin with. */
  names: string
  /** A word that must stand near. */
  beside?: RegExp
  sure?: false
}

const NAMES: readonly Names[] = [
  {
    kind: 'answer',
    names:
      "(?:mother|mum|mom|mutter)['’]?s? (?:maiden|birth) name|maiden name of (?:my|your|his|her) mother|(?:mädchen|geburts)name (?:meiner|deiner|ihrer|seiner) mutter|nom de jeune fille de (?:ma|ta|votre|sa) mère|apellido de soltera de (?:mi|tu|su) madre|cognome da nubile di (?:mia|tua|sua) madre|nome de solteira d[ae] (?:minha|tua|sua) mãe|meisjesnaam van (?:mijn|je|jouw|uw) moeder",
  },
  {
    kind: 'answer',
    names:
      '(?:security|secret|recovery|verification)(?: question)? answer|answer to (?:my|the|your|our|his|her) (?:security|secret) question|sicherheitsantwort|réponse secrète|respuesta (?:secreta|de seguridad)|memorable (?:word|name|place)',
  },
  {
    kind: 'phrase',
    names:
      '(?:[\\p{L}\\p{N}]{1,20}-)?pass[ -]?phrase|(?:seed|recovery|secret|safe|mnemonic|wallet|backup) phrase|phrase secrète|frase (?:semilla|secreta)',
  },
  {
    kind: 'number',
    names: `(?:otp|one-?time) (?:password|passcode|pin)|(?:code|codice|código) pin|pin[ -]?(?:code|number|nummer)|pin|otp|puk(?:[ -]code)?|cv[vc]2?|geheimzahl|digicode|code (?:secret|de (?:la )?carte(?: bleue)?)|código (?:secreto|de (?:acceso|acesso|seguridad|segurança))|codice (?:segreto|di (?:accesso|sicurezza))|(?:verification|confirmation|security|one-?time|2fa|mfa) (?:pass)?code|code d['’]accès|(?:safe|lock|locker|padlock|vault) combination`,
  },
  {
    kind: 'code',
    names: `pass[ -]?code|secret code|(?:${OPENING}) code|(?:${DOOR})code`,
  },
  {
    kind: 'password',
    names: `(?:[\\p{L}\\p{N}]{1,20}-)?pass[ -]?word|(?:[\\p{L}\\p{N}]{1,20}-?)?(?:passwort|kennwort|wachtwoord)|passwd|passwrd|pswd?|psw|pwd?|mdp|mot de passe|contrase[ñn]a|senha|palavra-passe|parola d['’]ordine|secret (?:word|key)|magic word|code ?word|safe ?word|losungswort|(?:wi-?fi|wlan|wpa[23]?|wep|network|hotspot)[ -](?:key|code|pass|schlüssel)`,
  },
  {
    kind: 'number',
    names: 'code|combination|kombination|código|codigo|codice|combinación|combinaison|cijfercode',
    beside: LOCK,
  },
  { kind: 'password', names: 'key', beside: NETWORK, sure: false },
  { kind: 'password', names: 'pass|login', beside: ACCOUNT, sure: false },
  { kind: 'password', names: 'clave', sure: false },
]
const HEAD = new RegExp(
  `(?<![\\p{L}\\p{N}_])(?:${NAMES.map(({ names }) => `(${names})`).join('|')})(?![\\p{L}\\p{N}_])`,
  'iuy',
)
/** A part of every head, so that the expression above is tried only around it. */
export const CORES: readonly string[] = [
  ...'pass pw psw pin otp puk cvv cvc geheimz cod digo clave key login mdp senha parola kennw wachtw'.split(' '),
  ...'contrase combina kombina maiden dchenn burtsn jeune solteir solter nubile meisjes ponsa ponse respu'.split(' '),
  ...[
    'birth n',
    'answer to',
    'y answer',
    'secret answer',
    'n answer',
    'antwort',
    'safe word',
    'safeword',
    'magic word',
  ],
  ...['secret word', 'losungswort', 'memorable', 'phrase secr', 'frase s'],
  ...['seed', 'recovery', 'secret', 'safe', 'mnemonic', 'wallet', 'backup'].map((word) => `${word} phrase`),
]
/** How far a head reaches in front of its core. */
const BEFORE = 32

/** In front of a code or key: it is of another kind. */
const OTHER =
  /(?:error|status|exit|country|zip|postal|post|area|promo|discount|coupon|voucher|dress|product|source|colou?r|binary|morse|bar|qr|html|css|python|java|sample|booking|reference|tracking|return|response|http|airport|currency|language|tax|dial+ing|this|your|machine|civil|penal|honou?r|nuclear|genetic|primary|foreign|api|public|private|answer|musical|fob|input|enter|arrow|any|space)\s$/iu
/** In front of a PIN: it is a postal code, or made of metal. */
const OTHER_PIN =
  /(?:postal|zip|area|safety|bowling|lapel|rolling|hair|gpio|output|input|digital|analog|data|cotter|firing)\s$/iu
/** A head in front of these is part of another name. */
const COMPOUND =
  /^[ -](?:manager|managers|generator|protect\w*|polic\w+|field|strength|resets?|recovery|hints?|hash\w*|entry|box|prompt|page|change|crack\w*|attacks?|security|requirements?|length|authenticat\w+|based|verification|storage|database|lists?|vault|keepers?|app|tool|complexity|expir\w+|rotation|input|form|variable|parameter|argument|option|feature|screen|section|system|sharing|reuse|theft|guessing|spray\w*|dictionary|creation|management|combinations?|check\w*|validation|encryption|column|dialog|settings|attempts?|tries|mouse|pad|drop|point\w*|board|card|holder|layout|diagram|out|\w+ manager)(?!\p{L})/iu

/**
 * The heads in a text, in order, none overlapping another.
 * @param cores where the literals of `CORES` begin, ascending
 */
export function* spokenHeads(text: string, cores: readonly number[]): Generator<Head> {
  for (const found of matchesAt(text, wordsBefore(text, cores, BEFORE), HEAD)) {
    const start = found.index
    const end = start + found[0].length
    const { kind, beside, sure = true } = NAMES[found.slice(1).findIndex((name) => name !== undefined)] as Names
    if (COMPOUND.test(text.slice(end, end + 24))) continue
    if ((beside === undefined ? OTHER_PIN : OTHER).test(text.slice(Math.max(0, start - 16), start))) continue
    if (beside !== undefined && !beside.test(text.slice(Math.max(0, start - 72), end + 48))) continue
    yield { start, end, kind, sure }
  }
}
