import { matchesAt } from '../places.ts'
import { isPredicate } from './spoken-predicates.ts'
import { namesItself, type Value } from './spoken-value.ts'
import { isStandIn } from './strength.ts'

const USER = '["\'`“]?([\\p{L}\\p{N}][\\p{L}\\p{N}._@+-]{0,48})["\'`”]?'
const SECRET = '["\'`“]?([^\\s"\'`“”,;\\uFFFC]{3,64})["\'`”]?'
const PAIR = '(?:\\s?[/:|]\\s?|, ?)'
/** "log in with admin / …", "credentials are admin:…", "sign in as bob with …" */
const LOGINS: readonly RegExp[] = [
  new RegExp(`(?<!\\p{L})(?:wi-?fi|wlan|ssid)\\s?[:=][ \\t]{1,3}${USER}${PAIR}${SECRET}`, 'iuy'),
  new RegExp(
    `(?<!\\p{L})(?:(?:log|sign)(?:ged|ging|ing)?[ -]?(?:in|on)(?: to [\\p{L}\\p{N} '.-]{1,40}?)?|login|melde(?:n|t)? (?:dich|sie sich|mich)|get in|anmelden) (?:with|using|mit|avec|con|com|met) (?:the )?(?:user |account |login )?${USER}${PAIR}${SECRET}`,
    'iuy',
  ),
  new RegExp(
    `(?<!\\p{L})(?:credentials?|creds|log-?in(?: (?:details|data|info))?|zugangsdaten|logindaten|anmeldedaten|identifiants|credenciales|credenziali|inloggegevens)(?: for [\\p{L}\\p{N} '.-]{1,40}?)?(?: (?:is|are|was|were|sind|lauten|sont|son|sono|são|zijn)|\\s?[:=])[ \\t]{1,3}${USER}${PAIR}${SECRET}`,
    'iuy',
  ),
  new RegExp(
    `(?<!\\p{L})(?:log|sign)(?:ged|ging|ing)?[ -]?(?:in|on) (?:to [\\p{L}\\p{N} '.-]{1,40}? )?as ${USER} (?:with|using|and) ${SECRET}`,
    'iuy',
  ),
  new RegExp(
    `(?<!\\p{L})(?:login|user(?:name)?) ["'\`“]?([\\p{L}\\p{N}._@+-]{2,48})["'\`”]?,? (?:and|with|und|mit) (?:the )?(?:password|pass|passwort|pw) ${SECRET}`,
    'iuy',
  ),
]

/** What the expressions above begin with. */
export const LOGIN_PLACES: readonly string[] = (
  'wifi wi-fi wlan ssid log sign melde get_in anmelde credential creds zugangsdaten identifiants credencial credenzial ' +
  'inloggegevens user'
)
  .split(' ')
  .map((word) => word.replaceAll('_', ' '))

/** Where the sentence gives a user before the head of a password, so that the next word is that password: "username bob password …". */
const USER_BEFORE = new RegExp(
  `(?<!\\p{L})(?:user(?:[ -]?(?:name|id))?|log-?in|[\\p{L}]{0,8} ?id|account|benutzer(?:name)?|nutzer(?:name)?|usuario|usuário|utente|utilisateur|identifiant|gebruiker(?:snaam)?|as)(?: is|\\s?[=:]| ist| est| es)?\\s{1,2}${USER},?\\s{1,2}(?:(?:and|und|et|y|e|en|with|mit)\\s)?(?:the |my |das |mein )?$`,
  'iu',
)

/** True where a user stands right before a head at `start`. */
export function followsUser(text: string, start: number): boolean {
  const user = USER_BEFORE.exec(text.slice(Math.max(0, start - 96), start))?.[1]
  return user !== undefined && !isPredicate(user) && !/^(?:name|id|or|and)$/i.test(user)
}

/**
 * Passwords of pairs of user and password.
 * @param places where the literals of `LOGIN_PLACES` begin, ascending
 */
export function* logins(text: string, places: readonly number[]): Generator<Value> {
  for (const [i, expression] of LOGINS.entries()) {
    for (const found of matchesAt(text, places, expression)) {
      const [all, user = '', raw = ''] = found
      const secret = raw.replace(/[.,:;?)]+$/, '')
      const inside = all.lastIndexOf(raw)
      if (isStandIn(secret) || namesItself(secret) || /^[:@$<{[(]/.test(secret)) continue
      if (isPredicate(user) || isPredicate(secret)) continue
      // two services or two fields rather than a user and a password
      if (i < 4 && !/[\d!#$%&*+=?@^~_]/.test(secret)) continue
      if (/^\/\/|^https?:|^\d+$/.test(secret) && i < 4) continue
      yield { start: found.index + inside, end: found.index + inside + secret.length, score: 0.75 }
    }
  }
}
