import { seeded } from '../src/stats/seeded.ts'

/** A sentence with slots (`{thing}`); that of the secret is between ⟦ and ⟧. */
const SAID: readonly string[] = [
  'my {thing} password is ⟦{password}⟧',
  'The password for {place} is ⟦{password}⟧.',
  'password of {place}: ⟦{password}⟧',
  'FYI the {thing} pw is ⟦{password}⟧',
  'I use ⟦{password}⟧ as password for {place}',
  'my {thing} password is ⟦{word}⟧.',
  'The {thing} password was "⟦{word}⟧" until last week.',
  'my pin for {place} is ⟦{pin}⟧',
  'The PIN of my {card} is ⟦{pin}⟧, please remember it',
  'PIN for the {card}: ⟦{pin}⟧',
  'the code to the {lock} is ⟦{pin}⟧',
  '{lock} code is ⟦{pin}⟧, then press enter',
  'My verification code is ⟦{long}⟧',
  'the passphrase for {place} is ⟦{phrase}⟧',
  'the passphrase is "⟦{phrase}⟧" and it protects {place}',
  'log in to {place} with {user} / ⟦{password}⟧',
  'the user for {place} is {user} and the password is ⟦{password}⟧',
  'I have changed the {thing} password to ⟦{password}⟧',
  'My {thing} account was hacked, so I changed it to ⟦{password}⟧, the password I mean',
  "my mother's maiden name is ⟦{name}⟧",
  'security question of {place}: the name of my first pet. Answer: ⟦{name}⟧',
  'mein Passwort für {ort} ist ⟦{password}⟧',
  'Die PIN für {ort} lautet ⟦{pin}⟧',
  'mon mot de passe pour {lieu} est ⟦{password}⟧',
  'mi contraseña de {lugar} es ⟦{password}⟧',
  'a senha do {lugar} é ⟦{password}⟧',
  'la password di {lugar} è ⟦{password}⟧',
  'mijn wachtwoord voor {plek} is ⟦{password}⟧',
  "What's your {thing} password? ⏎ ⟦{password}⟧",
  "What's your {thing} password? ⏎ it's ⟦{word}⟧",
  'Please enter the PIN of your {card}. ⏎ ⟦{pin}⟧',
  'Could you tell me the code of the {lock}? ⏎ of course, ⟦{pin}⟧',
  "For {place} I have to ask: your mother's maiden name? ⏎ ⟦{name}⟧",
]

const NEAR: readonly string[] = [
  'my {thing} password is {fault}',
  'The password for {place} is {fault}.',
  'The PIN of my {card} is {fault}.',
  'the code to the {lock} is {fault}',
  'is my {thing} password {fault}?',
  'the {thing} password is {kept}',
  'The PIN for the {card} is {kept}.',
  'Your one-time code for {place} is {kept}.',
  'If the password for {place} is {fault}, ask the desk.',
  'How do I change the password of {place}?',
  'What is the password of {place}?',
  'the passphrase for {place} is {kept}',
  'I changed the {thing} password to {better}',
  'Use {better} as the password for {place}',
  'log in to {place} with {means}',
  'You sign in to {place} with {means}, not with a password.',
  'mein Passwort für {ort} ist {schlecht}',
  'Die PIN für {ort} ist {schlecht}',
  'mon mot de passe pour {lieu} est {mauvais}',
  'mi contraseña de {lugar} es {mala}',
  "What's your {thing} password? ⏎ {evasion}",
  'Please enter the PIN of your {card}. ⏎ {evasion}',
  'Have you changed the {thing} password? ⏎ {yes}',
  'Is the {lock} code the same as before? ⏎ {yes}',
]

const LISTS: Record<string, readonly string[]> = {
  thing: ['Netflix', 'bank', 'work', 'school', 'Instagram', 'laptop', 'mail', 'router', 'VPN', 'gaming', 'old'],
  place: [
    'the intranet',
    'our test server',
    'the ticket system',
    'the photo cloud',
    'my tax account',
    'the staging box',
  ],
  card: ['credit card', 'debit card', 'SIM card', 'fuel card', 'badge', 'tablet'],
  lock: ['safe', 'front door', 'garage', 'alarm', 'bike shed', 'key box', 'gate'],
  user: ['admin', 'operator', 'jsmith', 'svc-report', 'nina.k', 'root'],
  ort: ['das Portal', 'den Laptop', 'die Karte', 'das Konto', 'die Bank'],
  lieu: ['la banque', 'le portail', 'la messagerie', 'le serveur'],
  lugar: ['Netflix', 'Instagram', 'Gmail', 'Spotify'],
  plek: ['de bank', 'het portaal', 'de laptop', 'school'],
  fault: [
    'wrong',
    'too short',
    'not accepted',
    'expired',
    'no longer valid',
    'always rejected',
    'blocked again',
    'unknown',
  ],
  kept: [
    'stored in the vault',
    'never sent by mail',
    'the same as last year',
    'known to the manager only',
    'written on the back',
    'changed every month',
    'case sensitive',
    'required at every login',
  ],
  better: [
    'something longer',
    'a new one',
    'a sentence that you can remember',
    'the one from the list',
    'random words',
  ],
  means: ['your badge', 'your work account', 'a magic link', 'Google or Apple', 'a fingerprint', 'single sign-on'],
  schlecht: ['falsch', 'abgelaufen', 'gesperrt', 'zu kurz', 'nicht gültig', 'immer noch dieselbe'],
  mauvais: ['faux', 'expiré', 'trop court', 'bloqué', 'toujours refusé'],
  mala: ['incorrecta', 'demasiado corta', 'insegura', 'la de siempre'],
  evasion: [
    'no way',
    'why do you ask?',
    'I do not remember',
    'Not over the phone.',
    'ask my husband',
    'sorry, no',
    'one moment',
  ],
  yes: ['yes', 'Yes, last week', 'no', 'not yet', 'I think so', 'Of course', 'nah'],
  word: [
    'pumpkin',
    'sunshine',
    'Rainbow',
    'charlie',
    'butterfly',
    'Pineapple',
    'football',
    'midnight',
    'cookie',
    'jasmine',
  ],
  name: ['Hartmann', 'Novak', 'Bianchi', "O'Neill", 'Schuster', 'Lindgren', 'Mbeki', 'Castillo', 'Rex', 'Minka'],
}

const SYLLABLES = ['ka', 'lo', 'mir', 'ten', 'su', 'ba', 'rol', 'vi', 'dex', 'pon', 'gri', 'zu', 'fel', 'mo']
const WORDS = ['copper', 'violet', 'ladder', 'river', 'pencil', 'storm', 'cactus', 'amber', 'walrus', 'candle', 'piano']
const BEFORE = ['', '', 'Hello, ', 'ok so ', 'By the way, ', 'A quick question. ', 'I hope this finds you well. ']
const AFTER = ['', '', '', ' Thanks!', ' Can you help me with that?', ' It is urgent.', ' We spoke about it on Monday.']
/** Texts from each pattern. */
const EACH = 5

/** A text in the form of `spoken-said.ts`, and the pattern it was made from: texts of one pattern are never in both parts. */
export interface Patterned {
  text: string
  pattern: string
}

/** The same texts in every run: some of each pattern, those that say a secret first. */
export function patterned(): { said: Patterned[]; near: Patterned[] } {
  const random = seeded(20_260_101)
  const one = (list: readonly string[]): string => list[Math.floor(random() * list.length)] as string
  const some = (list: readonly string[], n: number, joint: string) =>
    Array.from({ length: n }, () => one(list)).join(joint)
  const digits = (n: number) => Array.from({ length: n }, () => Math.floor(random() * 10)).join('')

  const slot = (name: string): string => {
    if (name === 'pin') return digits(4)
    if (name === 'long') return digits(6)
    if (name === 'phrase') return some(WORDS, 4, ' ')
    if (name !== 'password') return one(LISTS[name] as readonly string[])
    const word = some(SYLLABLES, 3, '')
    const shape = Math.floor(random() * 4)
    if (shape === 0) return word + digits(2)
    if (shape === 1) return `${word[0]?.toUpperCase()}${word.slice(1)}${one(['!', '#', '_', '$', '-'])}${digits(2)}`
    if (shape === 2) return `${one(WORDS)}-${one(WORDS)}-${digits(1)}`
    return `${word[0]?.toUpperCase()}${word.slice(1)}`
  }
  const fill = (pattern: string): Patterned => {
    const text = pattern.replace(/\{(\w+)\}/g, (_, name: string) => slot(name))
    if (pattern.includes('⏎')) return { text, pattern }
    const end = /[.!?]$/.test(text) ? '' : '.'
    const after = one(AFTER)
    return { text: one(BEFORE) + text + (after === '' ? '' : end + after), pattern }
  }
  const all = (patterns: readonly string[]) => patterns.flatMap((p) => Array.from({ length: EACH }, () => fill(p)))
  return { said: all(SAID), near: all(NEAR) }
}
