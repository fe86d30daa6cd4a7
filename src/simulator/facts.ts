import type { Vocabulary } from './grammar.ts'
import { phrases } from './grammar.ts'
import type { Random } from './random.ts'

const FIRST = ['Ada', 'Bram', 'Cleo', 'Dario', 'Edda', 'Finn', 'Greta', 'Hugo', 'Ines', 'Jonas', 'Kaja', 'Levi']
const MORE_FIRST = ['Mira', 'Nils', 'Orla', 'Pavel', 'Runa', 'Soren', 'Talia', 'Umar', 'Vera', 'Wim', 'Yara', 'Zeno']
const LAST_HEAD = [
  'Alder',
  'Bracken',
  'Cinder',
  'Dove',
  'Ember',
  'Fallow',
  'Glim',
  'Hollow',
  'Larch',
  'Moss',
  'Thistle',
]
const LAST_TAIL = ['wick', 'fold', 'mere', 'stead', 'grove', 'haven', 'croft', 'ridge', 'well']
const CITIES = ['Bergen', 'Bologna', 'Cork', 'Dresden', 'Ghent', 'Graz', 'Leeds', 'Lyon', 'Malmo', 'Porto', 'Seville']
const MORE_CITIES = ['Tartu', 'Turin', 'Utrecht', 'Vilnius', 'Zadar', 'Denver', 'Halifax', 'Osaka', 'Perth', 'Austin']
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October']
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday']

/** Decimal digits, the first not 0. */
export function digits(random: Random, length: number): string {
  let out = String(random.whole(1, 9))
  while (out.length < length) out += random.whole(0, 9)
  return out
}

/** Characters of an alphabet. */
export function letters(random: Random, length: number, alphabet: string): string {
  let out = ''
  while (out.length < length) out += alphabet[random.whole(0, alphabet.length - 1)]
  return out
}

/** A card number of test range 4000 00 that satisfies the check digit of ISO/IEC 7812 (Luhn); belongs to nobody. */
export function card(random: Random): string {
  const head = `400000${letters(random, 9, '0123456789')}`
  let sum = 0
  for (let i = 0; i < head.length; i++) {
    // the check digit will follow, so positions 0, 2, 4, … of the 15 are those that are doubled
    const digit = Number(head[i]) * (i % 2 === 0 ? 2 : 1)
    sum += digit > 9 ? digit - 9 : digit
  }
  const number = `${head}${(10 - (sum % 10)) % 10}`
  return random.chance(0.6) ? number.replace(/(.{4})(?=.)/g, '$1 ') : number
}

/** An IBAN with right check digits (ISO 13616) on a bank code of zeros, which no bank has. */
export function iban(random: Random): string {
  const account = `00000000${letters(random, 10, '0123456789')}`
  // DE is 1314 where A is 10
  const check = 98 - Number(BigInt(`${account}131400`) % 97n)
  return `DE${String(check).padStart(2, '0')}${account}`
}

function first(random: Random): string {
  return random.pick(random.chance(0.5) ? FIRST : MORE_FIRST)
}

function last(random: Random): string {
  return random.pick(LAST_HEAD) + random.pick(LAST_TAIL)
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const MIXED = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/**
 * Facts that every topic may speak of. All are made up: addresses at example.com, telephone numbers reserved for
 * drama, addresses of RFC 5737, keys drawn at random.
 */
export const facts: Vocabulary['facts'] = {
  amount: (r) => `${r.pick(['', '$', '€', '£'])}${r.whole(4, 900)}${r.pick(['.00', '.50', '.90', '.95', ''])}`,
  sum: (r) => `${r.whole(2, 90)},${r.whole(100, 999)}`,
  percent: (r) => `${r.whole(2, 60)}${r.pick(['%', ' percent'])}`,
  count: (r) => String(r.whole(2, 40)),
  few: (r) => r.pick(['two', 'three', 'four', 'five', 'six']),
  days: (r) => String(r.pick([2, 3, 5, 7, 10, 14, 21, 30])),
  hour: (r) => `${r.whole(7, 21)}:${r.pick(['00', '15', '30', '45'])}`,
  date: (r) => `${r.whole(1, 28)} ${r.pick(MONTHS)}`,
  month: (r) => r.pick(MONTHS),
  weekday: (r) => r.pick(WEEKDAYS),
  quarter: (r) => `Q${r.whole(1, 4)}`,
  city: (r) => r.pick(r.chance(0.5) ? CITIES : MORE_CITIES),
  town: (r) => r.pick(r.chance(0.5) ? MORE_CITIES : CITIES),
  person: (r) => first(r),
  colleague: (r) => first(r),
  fullname: (r) => `${first(r)} ${last(r)}`,
  order: (r) => `${r.pick(['A', 'B', 'K', 'R', 'W'])}-${digits(r, r.whole(5, 7))}`,
  ticket: (r) => `${r.pick(['CASE', 'REQ', 'INC', 'T'])}-${digits(r, 5)}`,
  email: (r) => `${first(r).toLowerCase()}.${last(r).toLowerCase()}@example.${r.pick(['com', 'org', 'net'])}`,
  phone: (r) => r.pick([`+1 202-555-01${letters(r, 2, '0123456789')}`, `+44 20 7946 0${letters(r, 3, '0123456789')}`]),
  ip: (r) => `${r.pick(['192.0.2', '198.51.100', '203.0.113'])}.${r.whole(1, 254)}`,
  card,
  iban,
  password: (r) => `${r.pick(['Plum', 'River', 'Tiger', 'Cobalt', 'Maple'])}${digits(r, 4)}${r.pick(['!', '#', '?'])}`,
  // put together here so that no finished key stands in the source
  apikey: (r) => `${r.pick(['sk', 'tok', 'key'])}-${r.pick(['proj', 'live', 'test'])}-${letters(r, 40, MIXED)}`,
  host: (r) => `${letters(r, 4, LOWER)}-${r.pick(['db', 'cache', 'web', 'queue'])}.example.net`,
}

/** Turns of phrase that every topic may use. */
export const words: Vocabulary['words'] = Object.fromEntries(
  Object.entries({
    please: ['please', 'if you can', 'when you get a moment', 'if possible'],
    could: ['could you', 'can you', 'would you', 'would you be able to', 'are you able to'],
    want: ['want to', 'need to', 'would like to', "I'd like to", 'am trying to', 'have to'],
    best: ['best', 'easiest', 'quickest', 'right', 'proper', 'simplest', 'cleanest'],
    problem: ['problem', 'issue', 'snag', 'trouble'],
    explain: ['explain', 'describe', 'walk me through', 'tell me about', 'break down', 'outline'],
    help: ['help me with', 'give me a hand with', 'assist me with', 'support me with'],
    usually: ['usually', 'normally', 'typically', 'in most cases', 'as a rule'],
    note: ['Note that', 'Keep in mind that', 'Please be aware that', 'One thing to know:', 'Bear in mind that'],
    hello: ['Hi', 'Hello', 'Hey', 'Good morning', 'Good afternoon', 'Hi there', 'Dear team', 'Hello there', 'Morning'],
    thanks: [
      'Thanks!',
      'Thank you.',
      'Thanks in advance.',
      'Many thanks.',
      'Cheers.',
      'Much appreciated.',
      'Thanks a lot for your help.',
      'Appreciate it.',
    ],
    context: [
      'I have been [going back and forth on|stuck on|looking at] this since {weekday}.',
      'This came up [in a meeting|on a call|at work] [today|yesterday|this morning].',
      'I am [fairly|rather|completely] new to this, so [bear with me|please keep it simple].',
      'My colleague {colleague} [asked me|told me] to check with you.',
      'I [looked|searched] [everywhere|through the help pages|in the handbook] and found nothing [useful|clear].',
      'I tried [twice|a few times|again] [yesterday|this morning] and [it got me nowhere|it did not help].',
      'It is [a bit|quite|fairly] urgent because the deadline is {weekday}.',
      'This is for [a small team|my department|a customer|our office] in {city}.',
      'We [talked|spoke] about this [last week|before] but I lost the [notes|thread].',
      'Not sure [whether|if] this is the right place to ask.',
    ],
    urgency: [
      'I need this [by|before] {weekday}.',
      'A short answer is [fine|enough].',
      'Please [be specific|give details].',
      '[As soon as possible|Today], if you can.',
      'No rush.',
      'Bullet points are fine.',
      'Just the [essentials|key points], please.',
    ],
    sure: [
      'Sure.',
      'Of course.',
      'Happy to help.',
      'Good question.',
      'Certainly.',
      'Thanks for asking.',
      'Gladly.',
      'Here is what I know.',
      'Let me [explain|help with that].',
      'Thanks for the details.',
      'Got it.',
      'Absolutely.',
    ],
    close: [
      'Let me know [if|whether] [anything is unclear|you need more|that works for you].',
      'Is there anything else [I can do|you need]?',
      'I can go into more detail [if you like|on any step].',
      'Tell me if [it does not work|you get stuck], and we will try [something else|another way].',
      'I hope [that helps|this gets you going].',
      'Feel free to [come back|write again] with [more questions|the result].',
      'Shall I [go on|continue with the next step]?',
    ],
  }).map(([name, templates]) => [name, phrases(templates)]),
)
