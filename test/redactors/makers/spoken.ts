import { drawn, type Maker, oneOf } from './maker.ts'

const SYLLABLES = ['ka', 'lo', 'mir', 'ten', 'su', 'ba', 'rol', 'vi', 'dex', 'pon', 'gri', 'zu', 'fel', 'mo']
const WORDS = ['copper', 'violet', 'ladder', 'river', 'pencil', 'storm', 'cactus', 'amber', 'walrus', 'candle', 'piano']
const DIGITS = '0123456789'

/** Unlike any word, and unlike any other. */
const invented = (random: () => number) =>
  `${Array.from({ length: 4 }, () => oneOf(random, SYLLABLES)).join('')}${oneOf(random, ['', '-', '_', '!', '#'])}${drawn(random, DIGITS, 5)}`
const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1)

const spoken = (value: Maker['value'], said: (value: string) => string): Maker => ({
  rule: 'spoken-secret',
  type: 'SECRET',
  proven: false,
  value,
  said,
})

/** Secrets as people say them: none is found without its sentence. */
export const spokenMakers: readonly Maker[] = [
  spoken(invented, (value) => `Hello, my password is ${value}, can you check it?`),
  spoken(invented, (value) => `use ${value} as the password`),
  spoken(invented, (value) => `you can log in with admin / ${value}`),
  spoken(invented, (value) => `I forgot the password and changed it to ${value}`),
  spoken(invented, (value) => `mein Passwort für das Portal ist ${value}`),
  spoken(invented, (value) => `le mot de passe est ${value}`),
  spoken(invented, (value) => `mi contraseña es ${value}`),
  spoken(
    (random) => drawn(random, DIGITS, 8),
    (value) => `The PIN of my tablet is ${value}.`,
  ),
  spoken(
    (random) => Array.from({ length: 4 }, () => drawn(random, DIGITS, 2)).join('-'),
    (value) => `the code to the safe is ${value}`,
  ),
  spoken(
    (random) => [...Array.from({ length: 4 }, () => oneOf(random, WORDS)), invented(random)].join(' '),
    (value) => `the passphrase is "${value}"`,
  ),
  spoken(
    (random) => capital(Array.from({ length: 5 }, () => oneOf(random, SYLLABLES)).join('')),
    (value) => `my mother's maiden name is ${value}`,
  ),
]
