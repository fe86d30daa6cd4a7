import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Made-up secrets and personal data, each different, each valid as its kind: check digits right, shapes complete. They are
 * put together from parts, so that no scanner takes this file for a leak. None of them opens or reaches anything.
 */

export interface Canary {
  kind: string
  /** As somebody would write it. */
  text: string
  /** What must not be found anywhere, however it is spelled or encoded. */
  needles: string[]
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()
const DIGITS = '0123456789'

const KINDS: Record<string, (r: Chance) => Omit<Canary, 'kind'>> = {
  email(r) {
    const local = `${r.of(LOWER, 7)}.${r.of(LOWER + DIGITS, 8)}`
    return { text: `${local}@${r.of(LOWER, 6)}.example.org`, needles: [local] }
  },
  phone(r) {
    const number = r.of('23456789', 1) + r.of(DIGITS, 6)
    const text = `+49 30 ${number.slice(0, 3)} ${number.slice(3)}`
    return { text, needles: [text, `4930${number}`] }
  },
  card(r) {
    const digits = checked(`4${r.of(DIGITS, 14)}`)
    const text = digits.replace(/(....)(?=.)/g, '$1 ')
    return { text: r.next() < 0.5 ? text : digits, needles: [text, digits] }
  },
  iban(r) {
    const account = r.of(DIGITS, 18)
    const compact = `DE${String(98 - remainder97(`${account}131400`)).padStart(2, '0')}${account}`
    const text = compact.replace(/(....)(?=.)/g, '$1 ')
    return { text: r.next() < 0.5 ? text : compact, needles: [text, compact, account] }
  },
  ssn(r) {
    const text = `${r.of('12345', 1)}${r.of('123456789', 2)}-${r.of('123456789', 2)}-${r.of('123456789', 4)}`
    return { text, needles: [text] }
  },
  jwt(r) {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = part({ sub: r.of(LOWER, 12), scope: 'everything' })
    const signature = r.of(LOWER + UPPER + DIGITS, 43)
    return { text: [part({ alg: 'HS256' }), claims, signature].join('.'), needles: [claims, signature] }
  },
  aws(r) {
    const id = r.of(`${UPPER}234567`, 16)
    return { text: `AK${'IA'}${id}`, needles: [id] }
  },
  github(r) {
    const secret = r.of(LOWER + UPPER + DIGITS, 36)
    return { text: `gh${'p_'}${secret}`, needles: [secret] }
  },
  openai(r) {
    const secret = r.of(LOWER + DIGITS, 40)
    return { text: `sk-${'proj-'}${secret}`, needles: [secret] }
  },
  pem(r) {
    const lines = [r.of(LOWER + UPPER + DIGITS, 64), r.of(LOWER + UPPER + DIGITS, 40)]
    const edge = (word: string) => [`-----${word}`, 'RSA', 'PRIVATE', 'KEY-----'].join(' ')
    return { text: [edge('BEGIN'), ...lines, edge('END')].join('\n'), needles: lines }
  },
  password(r) {
    const secret = r.of(LOWER, 6) + r.of(UPPER, 3) + r.of(DIGITS, 5)
    const forms = [`password=${secret}`, `password: "${secret}"`, `{"password":"${secret}"}`, `--password ${secret}`]
    return { text: forms[Math.floor(r.next() * forms.length)]!, needles: [secret] }
  },
  url(r) {
    const secret = r.of(LOWER, 6) + r.of(DIGITS, 4) + r.of(UPPER, 4)
    return { text: `postgres://app:${secret}@db.example.net:5432/shop`, needles: [secret] }
  },
  ipv4(r) {
    const octet = () => 128 + Math.floor(r.next() * 90)
    const text = [octet(), octet(), octet(), octet()].join('.')
    return { text, needles: [text] }
  },
}

export const CANARY_KINDS = Object.keys(KINDS)

interface Chance {
  next(): number
  of(alphabet: string, length: number): string
}

/** The nth canary: kinds take turns. */
export function aCanary(n: number, random: () => number): Canary {
  const kind = CANARY_KINDS[n % CANARY_KINDS.length]!
  const of = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
  return { kind, ...KINDS[kind]!({ next: random, of }) }
}

/** A canary as it occurs in writing: alone, in a sentence, between lines, inside JSON inside a text. */
export function inWriting({ text }: Canary, n: number): string {
  const forms = [
    text,
    `please take ${text} and go on`,
    `first line\n${text}\nlast line`,
    JSON.stringify({ step: 1, note: text }),
  ]
  return forms[n % forms.length]!
}

/** With the check digit of Luhn at its end. */
function checked(digits: string): string {
  let sum = 0
  for (const [i, digit] of [...digits].reverse().entries()) {
    const doubled = Number(digit) * (i % 2 === 0 ? 2 : 1)
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return digits + String((10 - (sum % 10)) % 10)
}

function remainder97(digits: string): number {
  let rest = 0
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97
  return rest
}

/** Looks for many needles at once, in every spelling in which bytes could have been written down. */
export function createSearch(canaries: readonly Canary[]) {
  const byStart = new Map<number, { kind: string; how: string; bytes: Buffer }[]>()
  const starts = new Uint8Array(2 ** 24)
  const add = (kind: string, how: string, bytes: Buffer) => {
    const start = bytes.readUInt32LE(0)
    byStart.set(start, [...(byStart.get(start) ?? []), { kind, how, bytes }])
    starts[start & 0xffffff] = 1
  }
  for (const { kind, needles } of canaries)
    for (const needle of needles) {
      const plain = Buffer.from(needle)
      add(kind, 'plain', plain)
      add(kind, 'utf16', Buffer.from(needle, 'utf16le'))
      add(kind, 'hex', Buffer.from(plain.toString('hex')))
      add(kind, 'HEX', Buffer.from(plain.toString('hex').toUpperCase()))
      // where the needle begins in a triple decides how it looks; the ends depend on what stands around
      for (const shift of [0, 1, 2]) {
        const encoded = Buffer.concat([Buffer.alloc(shift), plain])
          .toString('base64')
          .replace(/=+$/, '')
        const sure = encoded.slice(shift === 0 ? 0 : shift + 1, -1)
        add(kind, 'base64', Buffer.from(sure))
        if (/[+/]/.test(sure)) add(kind, 'base64url', Buffer.from(sure.replaceAll('+', '-').replaceAll('/', '_')))
      }
    }
  return {
    /** Kind, encoding and what stands in front of each hit; never the value. */
    in(bytes: Buffer): string[] {
      const found: string[] = []
      let window = 0
      for (let i = bytes.length - 1; i >= 0; i--) {
        window = ((window << 8) | bytes[i]!) >>> 0
        if (starts[window & 0xffffff] === 0) continue
        for (const one of byStart.get(window) ?? [])
          if (bytes.subarray(i, i + one.bytes.length).equals(one.bytes))
            found.push(
              `${one.kind} (${one.how}) after ${JSON.stringify(bytes.toString('latin1', Math.max(0, i - 80), i))}`,
            )
      }
      return found
    },
    /** The same for every file under a folder, also of its names. */
    under(folder: string): string[] {
      return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
        const path = join(entry.parentPath, entry.name)
        const inside = entry.isFile() ? this.in(readFileSync(path)) : []
        return [...inside, ...this.in(Buffer.from(entry.name))].map((hit) => `${path}: ${hit}`)
      })
    },
  }
}
