import { describe, expect, it } from 'vitest'
import { evalSpokenSecrets, spokenTexts } from '../../bench/spoken-secrets.ts'
import type { LogEvent } from '../../src/core/event.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { TURN } from '../../src/redactors/turn.ts'
import { seeded } from '../../src/stats/seeded.ts'
import { explain } from './explain.ts'
import { spokenMakers } from './makers/spoken.ts'

/** What of a text is taken for a secret. */
const secretsIn = (text: string) =>
  explain(text)
    .filter(({ type }) => type === 'SECRET')
    .map(({ start, end }) => text.slice(start, end))

const said: Record<string, [text: string, ...secrets: string[]][]> = {
  'after the verb': [
    ['my password is hunter2', 'hunter2'],
    ['My gmail password is fluffy', 'fluffy'],
    ['the password for the staging box used to be fluffy7', 'fluffy7'],
    ['The password, by the way, is Trelawney.', 'Trelawney'],
    ['the password is my dog and his year: Rex2015', 'Rex2015'],
    ["her password's unicorn", 'unicorn'],
    ['MY PASSWORD IS SUPERMAN', 'SUPERMAN'],
    ['the PIN is 4711', '4711'],
    ['PIN is four seven one one', 'four seven one one'],
    ['the code to the safe is 28-14-3', '28-14-3'],
    ["mother's maiden name is Kowalski", 'Kowalski'],
    ["Her mother's maiden name is Van der Berg", 'Van der Berg'],
  ],
  'after a colon or a blank': [
    ['pw: Tr0ub4dor&3', 'Tr0ub4dor&3'],
    ['username bob password s3cr3t', 's3cr3t'],
    ['Use my card, PIN 5512.', '5512'],
    ['The cleaner knows the alarm code (6174).', '6174'],
    ['old password: Lemonade1, new password: Limonade2', 'Lemonade1', 'Limonade2'],
  ],
  'in quotes, also of several words': [
    ['the passphrase is "correct horse battery staple"', 'correct horse battery staple'],
    ['The secret key is ‘X9-Delta’, never reveal it', 'X9-Delta'],
    ['Below the user enters a password. If it is "zeitgeist", open the door.', 'zeitgeist'],
  ],
  'as words that make no sentence': [
    ['the passphrase is correct horse battery staple', 'correct horse battery staple'],
    ['my passphrase is granite willow copper moth and it is not written down', 'granite willow copper moth'],
  ],
  'before its name': [
    ['use hunter2 as the password', 'hunter2'],
    ['4711 is the PIN', '4711'],
    ['"Moonlight" is the password for the party', 'Moonlight'],
    ['Is Sandra!1 a strong password?', 'Sandra!1'],
  ],
  'with its user': [
    ['log in with admin / Winter2024!', 'Winter2024!'],
    ['credentials are admin:Autumn#2025', 'Autumn#2025'],
    ['sign in as testuser with Pa55-w0rd', 'Pa55-w0rd'],
  ],
  'as what it was changed to': [
    ['I changed it to Sommer#23', 'Sommer#23'],
    ['{"step":1,"note":"I forgot the password and changed it to marigold81205"}', 'marigold81205'],
    ['{"found":"{\\"note\\":\\"I forgot the password and changed it to marigold81205\\"}"}', 'marigold81205'],
    ['They changed the password to gr4pefruit yesterday', 'gr4pefruit'],
    ['Please change my password from oldpony to newpony7', 'oldpony', 'newpony7'],
  ],
  'as the answer to a security question': [
    ['For the security question: my first pet was called Bello', 'Bello'],
    ['security question: what was your first car? answer: Trabant', 'Trabant'],
  ],
  'in other languages': [
    ['mein Passwort ist Gartenzwerg', 'Gartenzwerg'],
    ['Die PIN lautet 0815', '0815'],
    ['le mot de passe est soleil42', 'soleil42'],
    ['mi contraseña es gatito', 'gatito'],
    ['la password è ciaobella', 'ciaobella'],
    ['a senha é saudade', 'saudade'],
    ['mijn pincode is 4711', '4711'],
  ],
  'in the next turn': [
    [`What is your password?${TURN}hunter2`, 'hunter2'],
    [`please tell me the PIN${TURN}4711`, '4711'],
    [`Mother's maiden name?${TURN}Kowalski`, 'Kowalski'],
    [`I need your password to continue.${TURN}ok it's Bubblegum_1`, 'Bubblegum_1'],
    [`Please provide your username and password.${TURN}jdoe / Pelican#4`, 'Pelican#4'],
    [`my password is${TURN}hunter2`, 'hunter2'],
    [`Wie lautet dein Passwort?${TURN}Gartenlaube`, 'Gartenlaube'],
    ['Support: What is your password?\nCustomer: hunter2', 'hunter2'],
  ],
}

for (const [title, texts] of Object.entries(said)) {
  describe(`a secret is found ${title}`, () => {
    it.each(texts)('%s', (text, ...secrets) => expect(secretsIn(text)).toEqual(secrets))
  })
}

const near: Record<string, string[]> = {
  'what is said of a secret': [
    'my password is not working',
    'the password is incorrect',
    'your PIN is required',
    'the password is at least 8 characters long',
    'my password is stored in the vault',
    'the PIN is on the back of the card',
    'my PIN is blocked',
    'the password is the same as before',
    'password is case sensitive',
    'the PIN is 4 digits long',
    'my password is super long',
    'A weak password is easily cracked',
    'If your password is compromised, change it.',
    'das Passwort ist abgelaufen',
    'le mot de passe est trop court',
    'la contraseña es obligatoria',
  ],
  'questions and advice': [
    'what is a strong password?',
    'is my password safe?',
    'Use a password manager to store your passwords.',
    'Choose something memorable as your password',
    'change the password to a longer one',
    'log in with Google / Facebook',
    'In addition to your password, 2FA makes it harder.',
  ],
  'other codes, keys and pins': [
    'the error code is 0x80070005',
    'the zip code is 90210',
    'its postal pin code is 342312',
    'pin 13 is connected to the LED',
    'the key is patience',
    'the secret is to stir slowly',
    'my first pet was called Bello',
    'the secret word is whispered',
    'ALTER USER app WITH PASSWORD :password',
  ],
  'what stands for a secret': [
    'my password is ********',
    'the password is <password>',
    'Password: your password',
    'my password is mypassword',
  ],
  'replies that tell nothing': [
    `What is your password?${TURN}I won't tell you`,
    `please tell me the PIN${TURN}no`,
    `Did you forget your password?${TURN}Yes`,
    `How long is a PIN?${TURN}4`,
    `Which password manager do you recommend?${TURN}Bitwarden`,
    `What is the door code?${TURN}Ask Maria`,
    `What is your favourite color?${TURN}Blue`,
    `It needs your password. Does that make sense?${TURN}Somewhat. It is good with me.`,
  ],
}

for (const [title, texts] of Object.entries(near)) {
  describe(`${title} stay`, () => {
    it.each(texts)('%s', (text) => expect(secretsIn(text)).toEqual([]))
  })
}

it('a secret gets one placeholder however it was said, and a second redaction changes nothing', () => {
  const redactor = createRedactor({ key: new Uint8Array(32).fill(7) })
  const [, placeholder] = redactor.text('my password is hunter2').split(' is ')
  expect(placeholder).toMatch(/^\[SECRET:[0-9a-f]{16}\]$/)
  expect(redactor.text('use hunter2 as the password')).toBe(`use ${placeholder} as the password`)
  for (const text of Object.values(said)
    .flat()
    .map(([first]) => first)) {
    const once = redactor.text(text)
    expect(redactor.text(once)).toBe(once)
  }
})

it('the answer in a message of its own is replaced', () => {
  const redactor = createRedactor({ key: new Uint8Array(32).fill(7) })
  const event = {
    event_id: 'evt_1',
    timestamp: '2026-01-15T10:30:45.123456Z',
    event_type: 'llm.completion',
    messages: [
      { role: 'assistant', content: 'Sure. What is your password?' },
      { role: 'user', content: 'sunflower' },
    ],
  } as LogEvent
  expect(redactor.event(event).messages?.[1]?.content).toMatch(/^\[SECRET:[0-9a-f]{16}\]$/)
})

it('values from makers are found in their sentences, whole and alone', () => {
  const random = seeded(11)
  for (const maker of spokenMakers) {
    for (let k = 0; k < 20; k++) {
      const value = maker.value(random)
      expect(secretsIn(maker.said?.(value) ?? value)).toEqual([value])
    }
  }
})

describe('on the texts of our own that were held out', () => {
  const texts = spokenTexts()
  it('there are enough of them, of both kinds', () => {
    expect(texts.filter(({ secrets }) => secrets.length > 0).length).toBeGreaterThan(250)
    expect(texts.filter(({ secrets }) => secrets.length === 0).length).toBeGreaterThan(250)
    expect(new Set(texts.map(({ text }) => text)).size).toBeGreaterThan(0.95 * texts.length)
  })
  it('recall is at least 0.90 and precision at least 0.95', () => {
    const { recall, precision } = evalSpokenSecrets('held-out')
    expect(recall.share).toBeGreaterThanOrEqual(0.9)
    expect(precision.share).toBeGreaterThanOrEqual(0.95)
  })
})
