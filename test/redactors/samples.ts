/**
 * Secrets for tests, put together from parts so that no scanner takes this file for a leak. None of them opens anything.
 */
const hex = '3f9a7c21d4e05b66'
export const part = (length: number, of = 'Qx7Rb2Lk9Tz4Wm8Jf3Vn6Hs1'): string =>
  of.repeat(Math.ceil(length / of.length)).slice(0, length)

export const samples = {
  email: 'ada.lovelace@analytical.example.org',
  phone: '+44 20 7946 0958',
  card: '4111 1111 1111 1111',
  iban: 'DE89 3704 0044 0532 0130 00',
  ssn: '536-22-8726',
  ipv4: '203.0.113.77',
  ipv6: '2001:db8:85a3::8a2e:370:7334',
  github: `gh${'p_'}${part(36)}`,
  aws: `AK${'IA'}${part(16, 'QXRBLKTZWMJFVNHS')}`,
  openai: `sk-${'proj-'}${part(48)}`,
  anthropic: `sk-${'ant-'}api03-${part(93)}AA`,
  stripe: `sk_${'live_'}${part(24)}`,
  slack: `xox${'b-'}123456789012-123456789012-${part(24)}`,
  gcp: `AI${'za'}${part(35)}`,
  npm: `npm${'_'}${part(36)}`,
  gitlab: `gl${'pat-'}${part(20)}`,
  jwt: ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', part(43)].join('.'),
  pem:
    ['-----BEGIN', 'PRIVATE KEY-----\n'].join(' ') +
    `${part(64)}\n${part(64)}\n` +
    ['-----END', 'PRIVATE KEY-----'].join(' '),
  url: `postgres://app:${part(12)}@db.internal:5432/shop`,
  assigned: `password=${part(14)}`,
  bearer: `Authorization: Bearer ${part(40)}`,
  crypt: `$2b$12$${part(53)}`,
  hex,
} as const
