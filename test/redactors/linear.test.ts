import { describe, expect, it } from 'vitest'
import type { LogEvent } from '../../src/core/event.ts'
import { withoutAttachments } from '../../src/redactors/attachment.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { READINGS } from '../../src/redactors/readings/readings.ts'
import { RULES } from '../../src/redactors/rules.ts'
import { createScan } from '../../src/redactors/scan.ts'
import { viewOf } from '../../src/redactors/view.ts'
import { fill, growth, leastMs, SMALL } from './growth.ts'
import { part, samples } from './samples.ts'

const scan = createScan(RULES)

/** Shapes that make a backtracking expression slow: many beginnings, one long run, an end that never comes. */
const hostile: string[] = [
  ...['a', '1', '-', '_', '.', ' ', '@', ':', '/', '=', '"', '\\', '(', '+', '\u200b', '１', '0', 'A', 'é', '\uFFFC'],
  ...[
    'a@',
    'a.',
    'a-',
    '@a.',
    'a@a.',
    '1 ',
    '1-',
    '1.',
    '0 ',
    '(1',
    '+1',
    '+1 ',
    '12 34 ',
    '0123 456 789,',
    '1:',
    '::',
    ':1',
    'f:',
    '://',
    'a://b:',
    '://a:b',
  ],
  ...[
    'eyJ',
    'eyJ.',
    'eyJa.eyJ',
    '-eyJ',
    'sk-',
    'sk-ant-',
    'xox-',
    'ghp_',
    'gh',
    'AKIA',
    'hvs.',
    'glpat-',
    'AIza',
    'a_',
    'pat.',
    '+ASt',
    'azdo',
    '.atlasv1.',
    'dp.',
    'sl.',
    '-us1',
  ],
  ...[
    'password',
    'password=',
    'password: ',
    'password="',
    'secret ',
    'token=a&',
    'key:',
    'key = ',
    'api_key',
    'pass_',
    "password='\\",
    'password,"',
    'password value=',
    '--password ',
    'login a ',
  ],
  ...[
    'my password for the ',
    'the password is "',
    'pin is 1 ',
    'the code to the ',
    'log in with a / ',
    'changed it to ',
    ' is my a a a password',
    'for security first pet ',
    'password?\n\uE000',
    'password?\nA: ',
    'the passphrase is aa ',
    'if it is "',
  ],
  ...[
    'Bearer ',
    'authorization:',
    'cookie: a=',
    ' -u a:',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN',
    'PRIVATE KEY',
    '$2b$',
    '$argon2id$a',
    '$krb5tgs$',
  ],
  ...[
    'data:a/b;base64,',
    ';base64,',
    'data:',
    '\\u00',
    '\\u0040',
    '\\n',
    '[EMAIL:',
    '[EMAIL:3f9a7c21d4e05b66]',
    'GB29',
    'DE89 ',
    'GB29 NWBK ',
    'hooks.slack.com/services/',
    'phone ',
    'call 1 ',
    'ssn 123-45-',
  ],
  ...[
    'AB 12 34 56 ',
    'A1B2C3 ',
    '1-2-3-',
    'nhs 9434765919 ',
    'date of birth ',
    'born 12/',
    'né 19',
    'patient id A-',
    'mrn: ',
  ],
  ...[
    'mysql -p',
    'docker login ',
    'net use \\\\a b ',
    'openssl pass:',
    'echo a | sudo ',
    'create identified ',
    'set password ',
    'assword send "',
    'a:5432:b:c:',
    'auth("a",',
    'kind: Secret\ndata:\n a: bbbb\n',
    'curl -u ',
    'ZXlK',
    'Private-Lines: 1\naaaa\n',
    '"kty" "d":"a',
    'okta = "',
    'heroku { default = "',
    's.a1',
    '{SHA}a',
    'pbkdf2_sha256$',
    '::a:1:',
    'user:500:',
    'key a1B2c3D4e5F6g7H8 ',
    'the token is ',
    'password for the user is ',
    'setPassword("',
    'credentials { password = ',
    'user = a\npassword = b\n',
    'pwd=(',
    'x-api-key: ',
  ],
  ...[
    '%41',
    '%',
    '&#65;',
    '&amp',
    '&',
    '\\x41',
    'four ',
    'fourone',
    'double ',
    '4 one ',
    '4 ',
    '4.1.',
    '4111.',
    'a b 1 ',
  ],
  ...[
    '1\n',
    'a1\n',
    'ab_1cd\n',
    '@\n',
    '4111 \n',
    'QUJD',
    'QUJDREVGR0hJSktM ',
    'NDExMTExMTExMTEx ',
    '3431',
    '34 ',
    '34:31:',
  ],
  ...['а', 'aа', '４', '\u{1d7d2}', '๔', '{"', '\\"', '"a":"', 'one 1 two 2 '],
  ...Object.values(samples).map((s) => `${s} `),
  ...Object.values(samples).map((s) => s.slice(0, -1)),
  part(40),
]

describe('time stays linear', () => {
  const grown = (run: (text: string) => void, units: readonly string[]) =>
    units.flatMap((unit) => growth(run, unit) ?? [])

  it('of a scan, on every known catastrophic shape', () => {
    expect(grown((text) => void scan(text), hostile)).toEqual([])
  })

  it('of each rule on its own, though its anchors are absent', () => {
    const slow: string[] = []
    for (const rule of RULES) {
      const run = (text: string) => rule.find(text, () => {})
      // most rules leave most shapes at once: only what takes long is looked at twice
      for (const unit of hostile.slice(0, 66)) {
        const text = fill(unit, SMALL * 2)
        if (leastMs(() => run(text), 1) > 8)
          slow.push(...[growth(run, unit) ?? []].flat().map((how) => `${rule.name} on ${how}`))
      }
    }
    expect(slow).toEqual([])
  })

  it('of each reading on its own', () => {
    for (const { read } of READINGS) expect(grown((text) => void read(text), hostile)).toEqual([])
  })

  it('of a conversation of many turns', () => {
    const redactor = createRedactor({ key: new Uint8Array(32) })
    const run = (text: string) => {
      const messages = (text.match(/.{1,64}/gs) ?? []).map((content) => ({ role: 'user', content }))
      redactor.event({ event_id: 'e', timestamp: 't', event_type: 'x', messages } as LogEvent)
    }
    expect(grown(run, ['4111 1111 ', `${part(20)} `, 'What is your password? ', '"a":"1",'])).toEqual([])
  })

  it('of views and attachments', () => {
    const units = [
      '\\u0041',
      '\u200b',
      'data:a/b;base64,AAAA',
      'data:;base64,',
      'data:a/b;a=b;a=b;a=b;base6',
      '[DATA:a/b sha256:',
    ]
    expect(grown((text) => void viewOf(text, true), units)).toEqual([])
    expect(grown((text) => void withoutAttachments(text), units)).toEqual([])
  })
})
