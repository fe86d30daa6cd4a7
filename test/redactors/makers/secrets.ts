import { isShown, SHAPES } from '../../../src/redactors/secrets/vendor-key.ts'
import { fromShape } from '../from-shape.ts'
import { drawn, type Maker, oneOf } from './maker.ts'

const DIGITS = '0123456789'
const SMALL = 'abcdefghijklmnopqrstuvwxyz'
const HEX = '0123456789abcdef'
const ALPHABET = DIGITS + SMALL + SMALL.toUpperCase()
const BASE64 = `${ALPHABET}+/`

/** What keys need beside them that are nothing without it. */
const SAID: Readonly<Record<string, (value: string) => string>> = {
  'discord-bot': (value) => `the token of the bot: ${value}`,
  'kubernetes-bootstrap': (value) => `kubeadm join host:6443 --token ${value}`,
  sonarqube: (value) => `sonar.login=${value}`,
  thingsboard: (value) => `https://thingsboard.cloud/api/v1/${value}/telemetry`,
}

const vendorMakers: readonly Maker[] = SHAPES.map(([rule, , shape, sure]) => ({
  rule,
  type: 'API_KEY',
  proven: sure !== 'weak' && !(rule in SAID),
  value: (random) => {
    let value = fromShape(shape, random)
    while (isShown(value)) value = fromShape(shape, random)
    return value
  },
  ...(rule in SAID ? { said: SAID[rule] as (value: string) => string } : {}),
}))

/** Drawn until letters and digits are both in it. */
function mixed(random: () => number, length: number, alphabet = ALPHABET): string {
  for (;;) {
    const value = drawn(random, alphabet, length)
    if ((value.match(/\d/g) ?? []).length > 2 && (value.match(/[a-z]/gi) ?? []).length > 2) return value
  }
}

const uuid = (random: () => number) =>
  [8, 4, 4, 4, 12].map((length) => mixed(random, Math.max(length, 6), HEX).slice(0, length)).join('-')
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
/** As people choose them: a word, a number, a mark. */
const password = (random: () => number) =>
  `${drawn(random, SMALL, 6)}${drawn(random, DIGITS, 3)}${oneOf(random, ['!', '%', '_', '.', '#', '+'])}${drawn(random, ALPHABET, 3)}x`

const secret = (rule: string, type: string, value: Maker['value'], said?: (value: string) => string): Maker => ({
  rule,
  type,
  proven: false,
  value,
  ...(said === undefined ? {} : { said }),
})

export const secretMakers: readonly Maker[] = [
  ...vendorMakers,
  {
    rule: 'json-web-token',
    type: 'JWT',
    proven: true,
    value: (random) =>
      [
        base64url({ alg: 'HS256', typ: 'JWT' }),
        base64url({ sub: drawn(random, DIGITS, 8) }),
        drawn(random, ALPHABET, 43),
      ].join('.'),
  },
  {
    rule: 'private-key',
    type: 'PRIVATE_KEY',
    proven: true,
    value: (random) => {
      const label = `${oneOf(random, ['RSA ', 'EC ', 'OPENSSH ', ''])}PRIVATE KEY-----`
      return `${['-----BEGIN', label].join(' ')}\n${drawn(random, BASE64, 64)}\n${drawn(random, BASE64, 40)}\n${['-----END', label].join(' ')}`
    },
  },
  {
    rule: 'crypt-hash',
    type: 'PASSWORD_HASH',
    proven: true,
    value: (random) => `$${oneOf(random, ['2b$12$', '2y$10$', '2a$08$'])}${drawn(random, ALPHABET, 53)}`,
  },
  {
    rule: 'crypt-hash',
    type: 'PASSWORD_HASH',
    proven: true,
    value: (random) => `$6$${drawn(random, ALPHABET, 16)}$${drawn(random, ALPHABET, 86)}`,
  },
  {
    rule: 'framework-hash',
    type: 'PASSWORD_HASH',
    proven: true,
    value: (random) => `pbkdf2_sha256$600000$${drawn(random, ALPHABET, 22)}$${drawn(random, ALPHABET, 43)}=`,
  },
  secret(
    'named-key',
    'API_KEY',
    (random) => mixed(random, 32, SMALL + DIGITS),
    (value) => `ALGOLIA_ADMIN = "${value}"`,
  ),
  secret(
    'named-key',
    'API_KEY',
    (random) => mixed(random, 40, SMALL + DIGITS),
    (value) => `datadog: ${value}`,
  ),
  secret('named-key', 'API_KEY', uuid, (value) => `heroku = '${value}'`),
  secret(
    'url-credentials',
    'URL_CREDENTIALS',
    (random) => mixed(random, 14),
    (value) => `postgres://app:${value}@db.internal:5432/shop`,
  ),
  secret(
    'authorization',
    'AUTHORIZATION',
    (random) => mixed(random, 40),
    (value) => `Authorization: Bearer ${value}`,
  ),
  secret(
    'authorization',
    'AUTHORIZATION',
    (random) => mixed(random, 24),
    (value) => `Cookie: sid=${value}; theme=dark`,
  ),
  secret('authorization', 'AUTHORIZATION', password, (value) => `curl -u joe:${value} https://api.example.com`),
  secret('mysql-password', 'SECRET', password, (value) => `mysql -u root -p${value} shop`),
  secret('sshpass', 'SECRET', password, (value) => `sshpass -p '${value}' ssh joe@host`),
  secret('sql-identified', 'SECRET', password, (value) => `CREATE USER joe IDENTIFIED BY '${value}';`),
  secret('call-credentials', 'SECRET', password, (value) => `new NetworkCredential("joe", "${value}")`),
  secret(
    'kubernetes-secret',
    'SECRET',
    (random) => Buffer.from(drawn(random, ALPHABET, 15)).toString('base64'),
    (value) => `kind: Secret\ndata:\n  db: ${value}\n`,
  ),
  secret('assigned-secret', 'SECRET', password, (value) => `password=${value}`),
  secret('assigned-secret', 'SECRET', password, (value) => `{"password": "${value}", "n": 1}`),
  secret('assigned-secret', 'SECRET', password, (value) => `db:\n  password: ${value}\n  port: 1`),
  secret(
    'assigned-secret',
    'SECRET',
    (random) => mixed(random, 24),
    (value) => `export SERVICE_API_KEY=${value}`,
  ),
  secret(
    'assigned-secret',
    'SECRET',
    (random) => mixed(random, 32),
    (value) => `https://x.example/cb?access_token=${value}&state=1`,
  ),
  secret(
    'random-token',
    'SECRET',
    (random) => mixed(random, 40),
    (value) => `here is my token for it, ${value} as agreed`,
  ),
]
