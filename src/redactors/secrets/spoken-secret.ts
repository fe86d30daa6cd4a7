import { cluesIn } from '../clues.ts'
import type { Hit, Rule } from '../rule.ts'
import { SPOKEN_ANCHORS } from './spoken-anchors.ts'
import { CHANGE_PLACES, changed, MEANT_PLACES, meant } from './spoken-change.ts'
import { CORES, type Head, type Kind, spokenHeads } from './spoken-head.ts'
import { followsUser, LOGIN_PLACES, logins } from './spoken-login.ts'
import { reversed } from './spoken-reversed.ts'
import { SECURITY_PLACES, securityAnswers } from './spoken-security.ts'
import { type Value, valueAt } from './spoken-value.ts'

const PLACES = [CORES, CHANGE_PLACES, MEANT_PLACES, LOGIN_PLACES, ...SECURITY_PLACES]
const cluesOf = cluesIn(PLACES)

/** "for the staging box", "I use for everything": what stands between a head and its verb. */
const ASIDE =
  "(?:(?: (?:antigua|nueva|actual|antiga|nova|atual|vecchia|nuova|attuale|ancien|actuel))|, [^,.:;?!\\n]{1,24},|,? \\([^()\\n]{1,32}\\)|,? (?:for|to|of|on|in|at|from|protecting|used|i|we|you|he|she|they|that|which|there|here|again|we|für|fürs|beim|vom|von|zu|zum|zur|der|des|am|im|pour|de|du|da|do|di|del|della|para|per|van|voor|op)(?: (?:[\\p{L}\\p{N}'’@&-]|\\.(?=\\p{L})){1,24}){0,7}?)??"
const BE =
  "(?:['’]s|,? c['’]est|\\s(?:is|are|was|were|ist|sind|war|lautet|lautete|heißt|heisst|est|était|es|era|è|é|sera|será|sarà|(?:will|would|should|must|might|may|could|can) be|used to be|happens to be|(?:has|had|have)(?: always| already)? been|reads|equals|became|becomes|got|wurde (?:auf|in|zu)))"
const FILL =
  '(?: (?:now|still|just|simply|currently|actually|always|literally|basically|probably|then|again|also|gonna be|going to be|set to|(?:been )?(?:changed|reset|updated|switched|rotated)(?: back)? to|called|the word|the phrase|the number|le(?= \\d)|as follows|the following|früher|jetzt|immer noch|noch|aktuell|derzeit|einfach|maintenant|toujours|ahora|siempre|adesso|agora|nu|nog|altijd)(?![\\p{L}\\p{N}])){0,3}'
const COPULA = new RegExp(
  `[*_"”]{0,2}${ASIDE}${BE}${FILL}(?:\\s?[:=](?=["'“‘]\\S)|(?:\\s?[:=])?(?:[ \\t]{1,3}|[ \\t]*\\n\\s{0,2}))`,
  'iuy',
)
const MARK = new RegExp(`[*_]{0,2}${ASIDE}(?:[*_ ]{0,2}(?::|=(?= )|->|→|=>)[*_]{0,2}| =| [-–—](?= ))[ \\t]{0,3}`, 'iuy')
const ASKED = /[?,;.]\s{1,2}(?:(?:it|that|this)(?:['’]?s| is)|its|es ist|c['’]est|es|è|é|het is)\s{1,2}/iuy
const EXPLAINED = /^[\p{L}\p{N} '’-]{3,56}: /u
const SECOND =
  /^["'”’»`*]{0,2},? (?:(?:and|und|et|y|e|but|aber) (?:(?:for|on|at|für|pour|para) [\p{L}\p{N} '’.-]{1,24}? )?|(?:for|on|at|für|pour|para) [\p{L}\p{N} '’.-]{1,24}? (?=it |is ))((?:now )?(?:it )?(?:is|was|it['’]s|ist|est|es) (?:now )?)?/u
const BLANK = /,?\s{1,2}/y

/** In front of a head that is followed by its value: "try the password …". */
const VERB =
  /(?<!\p{L})(?:use|uses|using|try|with|enter|type|typing|mit|avec|con|com|met) (?:the |my |our |das |le |la |a |het )(?:\p{L}{1,12} )?$/iu
/** In front of a head: it is about passwords in general, or about what would be. */
const GENERAL =
  /(?:(?<!\p{L})(?:an?|any|every|each|strong|good|weak|bad|if|when|once|whether|whenever|unless|until|assuming|suppose|case|that|ensure|checks?|verif\w+|because|falls|wenn|ob|sobald|eine?|si|se|als|un|une|una|uma|een)(?: \p{L}{1,12}){0,3}|\?) ?$/iu
/** A question that turns the order round: "is my password …?" */
const ASKS =
  /(?<!\p{L})(?:is|are|was|does|did|do|why is|what is|ist|est|es|è|é)(?: (?:my|your|the|this|our|that|his|her|dein|mein|das|die|le|mon|ton|tu|mi|la|el))(?: [\p{L}\p{N}'’-]{1,16}){0,2} $/iu

/**
 * Passwords, PINs, codes and answers to security questions as people say them in a sentence. What tells a value from
 * something that is said about the secret is weighed: digits, symbols and letters that no word has, quotes, whether the
 * clause ends behind it, and a list of what passwords are said to be (wrong, stored, required). Only the value is reported.
 */
export const spokenSecret: Rule = {
  name: 'spoken-secret',
  type: 'SECRET',
  anchors: SPOKEN_ANCHORS,
  places: PLACES,
  find(text, hit, { places } = cluesOf(text)) {
    const heads = [...spokenHeads(text, places(0))]
    for (const head of heads) {
      const value = stated(text, head) ?? bare(text, head) ?? reversed(text, head)
      if (value !== null) {
        report(hit, value)
        const second = next(text, value, head.kind)
        if (second !== null) report(hit, second)
      }
      for (const each of changed(text, head)) report(hit, each)
    }
    for (const value of meant(text, heads, places(1), heads.length > 0 ? places(2) : [])) report(hit, value)
    for (const value of logins(text, places(3))) report(hit, value)
    for (const value of securityAnswers(text, (group) => places(group + 4))) report(hit, value)
  },
}

const report = (hit: Hit, { start, end, score }: Value): void => hit(start, end, score)

/** "the password for the box is …", "PIN: …" */
function stated(text: string, head: Head): Value | null {
  const { kind, sure } = head
  let plain: boolean | undefined
  for (const [expression, joint] of [
    [MARK, 'mark'],
    [COPULA, 'copula'],
    [ASKED, 'copula'],
  ] as const) {
    expression.lastIndex = head.end
    const found = expression.exec(text)
    if (found === null) continue
    if (plain === undefined) {
      const before = text.slice(Math.max(0, head.start - 48), head.start)
      if (ASKS.test(before)) return null
      // "a" is the article of senha
      plain =
        !GENERAL.test(before) ||
        (/(?:^| )a $/i.test(before) && /^(?:senha|palavra)/i.test(text.slice(head.start, head.end)))
    }
    const at = head.end + found[0].length
    // "I changed my password. It is …" may go on with anything
    const follows = sure && !/^[,;.]/.test(found[0])
    const value =
      valueAt(text, at, { kind, sure: expression === ASKED ? follows : sure, joint, plain }) ??
      (joint === 'copula' ? explained(text, at, kind) : null)
    if (value !== null) return value
  }
  return null
}

/** "PIN 4711", "the passphrase "…"", "user bob password s3cr3t" */
function bare(text: string, head: Head): Value | null {
  BLANK.lastIndex = head.end
  const blank = BLANK.exec(text)?.[0]
  if (blank === undefined) return null
  const at = head.end + blank.length
  const { kind, sure } = head
  // what is no value behind "is" is none behind a blank
  if (valueAt(text, at, { kind, sure, joint: 'copula', plain: true }) === null) return null
  const given = kind === 'password' && followsUser(text, head.start)
  const verb =
    (kind === 'password' || kind === 'code') && VERB.test(text.slice(Math.max(0, head.start - 40), head.start))
  // behind a comma the sentence goes on, but for what is in quotes
  const aside = blank.startsWith(',') && !given && !/["'`“‘„«]/.test(text[at] ?? '')
  const value = valueAt(text, at, {
    kind,
    sure: sure && !aside,
    joint: given || verb ? 'copula' : 'blank',
    plain: true,
  })
  return value !== null && aside && !(value.end - at >= 6 && /^[,.]/.test(text.slice(value.end))) ? null : value
}

/** "the password is my dog and his year: Rex2015": what is said about it, a colon, and a value that its form proves. */
function explained(text: string, at: number, kind: Kind): Value | null {
  const words = EXPLAINED.exec(text.slice(at, at + 80))?.[0]
  return words === undefined
    ? null
    : valueAt(text, at + words.length, { kind, sure: false, joint: 'copula', plain: false })
}

/** The second of two: "… and for the other box …", "… and now it is …". */
function next(text: string, first: Value, kind: Kind): Value | null {
  const joint = SECOND.exec(text.slice(first.end, first.end + 64))
  if (joint === null) return null
  const at = first.end + joint[0].length
  return valueAt(text, at, {
    kind: kind === 'number' ? 'code' : kind,
    sure: joint[1] !== undefined,
    joint: 'copula',
    plain: true,
  })
}
