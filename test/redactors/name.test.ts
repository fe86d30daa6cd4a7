import { beforeAll, describe, expect, it } from 'vitest'
import { personRules } from '../../src/redactors/person/person.ts'
import { RULES } from '../../src/redactors/rules.ts'
import { createScan, type Scan } from '../../src/redactors/scan.ts'
import { seeded } from '../../src/stats/seeded.ts'
import { growth } from './growth.ts'
import { personMakers } from './makers/person.ts'

const low = createScan(RULES)
let high: Scan

beforeAll(() => {
  high = createScan(personRules('high'))
})

/** Text with every found part shown as «TYPE». */
function shown(text: string, scan: Scan = low): string {
  let out = ''
  let from = 0
  for (const span of scan(text)) {
    out += `${text.slice(from, span.start)}«${span.type}»`
    from = span.end
  }
  return out + text.slice(from)
}

const told: Record<string, [text: string, expected: string][]> = {
  'behind a title': [
    ['Please ask Mr. Hall about it.', 'Please ask «PERSON» about it.'],
    ['It was Prof. Dr. Ada Nowak who called', 'It was «PERSON» who called'],
    ['Frau Weiß hat angerufen', '«PERSON» hat angerufen'],
    ['avec M. Dupont et Mme Le Goff', 'avec «PERSON» et «PERSON»'],
    ['la Sra. Ortega llamó', 'la «PERSON» llamó'],
    ["Mrs. O'Hara-Lind's order", "«PERSON»'s order"],
    ['tell mr. tomas lindgren.', 'tell «PERSON».'],
  ],
  'by whoever introduces himself': [
    ['My name is Bojka Zilih and I moved.', 'My name is «PERSON» and I moved.'],
    ['my name is bojka', 'my name is «PERSON»'],
    ["Hi, I'm Naomi Falk, originally from Lund.", "Hi, I'm «PERSON», originally from Lund."],
    ['This is Hedda Brix speaking.', 'This is «PERSON» speaking.'],
    ["It's under my partner's name Donato van der Veld", "It's under my partner's name «PERSON»"],
    ['Her maiden name is Chmiel', 'Her maiden name is «PERSON»'],
    ['Ich heiße Jörg Maßmann.', 'Ich heiße «PERSON».'],
    ["Je m’appelle... non: je m'appelle Odette Aubé", "Je m’appelle... non: je m'appelle «PERSON»"],
  ],
  'in letters': [
    ['Dear Odette Aubel,\nthank you', 'Dear «PERSON»,\nthank you'],
    ['Hi Thomas,\n\nthe file is there', 'Hi «PERSON»,\n\nthe file is there'],
    ['See you soon.\n\nBest regards,\nBrita Kolm', 'See you soon.\n\nBest regards,\n«PERSON»'],
    ['Mit freundlichen Grüßen\nBrita Kolm\n', 'Mit freundlichen Grüßen\n«PERSON»\n'],
    ['From: Brita Kolm <brita@kolm.example>', 'From: «PERSON» <«EMAIL»>'],
    ['Brita Kolm\nFoo GmbH\n12 Milton Street\n', '«PERSON»\nFoo GmbH\n«ADDRESS»\n'],
  ],
  'in fields': [
    ['{"first_name": "Brita", "last_name": "Kolm"}', '{"first_name": "«PERSON»", "last_name": "«PERSON»"}'],
    ['customer_name=Brita Kolm', 'customer_name=«PERSON»'],
    ['full_name: Brita Kolm', 'full_name: «PERSON»'],
    ['Patient: Thomas Kolm', 'Patient: «PERSON»'],
    ['Name:    Martim A Perreiro\nPhone: none', 'Name:    «PERSON»\nPhone: none'],
    ['Signed by Brita Kolm.', 'Signed by «PERSON».'],
  ],
}

for (const [where, texts] of Object.entries(told)) {
  describe(`a person is found ${where}`, () => {
    it.each(texts)('%s', (text, expected) => expect(shown(text)).toBe(expected))
  })
}

describe('what only looks like a person stays', () => {
  it.each([
    'Dear Hiring Manager,\n',
    'Dear Acme Support,\n',
    'Hello World!',
    'Hi Claude,\n',
    'Hey Siri, what time is it?',
    'Mr. President, the floor is yours.',
    'I drink Dr. Pepper.',
    'I am Very Happy today.',
    'I am ChatGPT, a large language model.',
    'My name is misspelled on the card.',
    'my name is not on the list',
    'Name: Golden Gate Bridge',
    'name: Alpine Linux',
    'From: Berlin To: Paris',
    'Thanks,\nThe Billing Team',
    'class Name: String = "x"',
    '{"file_name": "Report Final", "model_name": "Gemini Pro"}',
    'Albert Einstein said so.',
    'Will Smith stars in it.',
    'This is New York.',
    'the M. Tech degree',
  ])('%s', (text) => expect(shown(text)).toBe(text))
})

describe('at high sensitivity', () => {
  it.each([
    ['Nicole Querry will be talking on Friday', '«PERSON» will be talking on Friday'],
    ['I want to add Randy Shaw as a guardian', 'I want to add «PERSON» as a guardian'],
    ['we asked Amadeo Vitorov, and Vitorov agreed', 'we asked «PERSON», and «PERSON» agreed'],
    ['Tamara is very reliable.', '«PERSON» is very reliable.'],
    ['My name is Brita Kolm', 'My name is «PERSON»'],
  ])('a person is found without a word that tells: %s', (text, expected) => expect(shown(text, high)).toBe(expected))

  it.each([
    'Monday, 15 January 2026, 10:30:45 GMT',
    'Claude, Gemini, Llama and Alexa answered; Siri did not.',
    'Claude Opus and Gemini Pro',
    'Google Chrome on Windows',
    'Santa Monica, West Virginia and Paris',
    'Russell Investments and Morgan Bank',
    "Don't Panic",
    'class MariaConnection extends Adam.Base',
    'The Quick Brown Fox',
  ])('what is none stays: %s', (text) => expect(shown(text, high)).toBe(text))
})

it('names and addresses are left alone where the house wants none of it', () => {
  const off = createScan(personRules('off'))
  expect(off('My name is Brita Kolm, Mr. Hall lives at 12 Milton Street.')).toEqual([])
  expect(off('born on 12 March 1980')).toHaveLength(1)
})

it('two spellings of a name share one value', () => {
  const value = (text: string) => low(text)[0]?.value
  expect(value('ask Mr. Tomas  Lindgren')).toBe('tomas lindgren')
  expect(value('My name is Tomas Lindgren')).toBe('tomas lindgren')
})

it('what the makers make is found', () => {
  const random = seeded(11)
  for (const maker of personMakers) {
    for (let k = 0; k < 50; k++) {
      const value = maker.value(random)
      const text = maker.said?.(value) ?? `before ${value} after`
      const start = text.indexOf(value)
      const covered = low(text).some((span) => span.start <= start && span.end >= start + value.length)
      expect(covered, text).toBe(true)
    }
  }
})

describe('time stays linear', () => {
  const pieces = [
    ...[
      'Mr. ',
      'Mr ',
      'Mr. A',
      'Dr. Dr. ',
      'M. A ',
      'Ab ',
      'Ab-',
      "Ab'",
      'A. ',
      'A',
      'Ab de ',
      'de la ',
      'Ab van der ',
      'Éa\u0301',
    ],
    ...[
      'my name is ',
      'name is A ',
      'name ',
      'name: ',
      'name: Ab Cd ',
      'first_name',
      'I am ',
      'I am Ab ',
      'This is Ab Cd, ',
    ],
    ...[
      'Dear Ab',
      'Dear ',
      '\nDear Ab Cd ',
      'Regards,\n',
      'Regards,\n\n  -',
      'thanks\n',
      ' <',
      'Ab Cd <',
      ' <a@',
      'signed by ',
    ],
    ...[
      '1 ',
      '12 Ab ',
      '12 Ab Street, ',
      '1 rue ',
      'Via Ab ',
      'strasse 1 ',
      'Ab 1 ',
      '1 1 Ab\n',
      'Apt. 1 ',
      '1 a 1\nApt. 1 ',
      'Apt 1, ',
    ],
    ...[
      'address is 1 ',
      'address is 1 Ab ',
      'sent a b c to 1 a ',
      '\n1 Ab Street',
      'Ab Cd\n',
      'Ab Cd\n1 Ab Street\n',
      '\n>?|*',
      'P.O. Box 1 ',
    ],
    ...[
      'zip code ',
      'zip: 12345 ',
      'Ab, IL 12345 ',
      'Unit 1 Box 1 APO AE 12345 ',
      '12 Ab Street\n\n,\n',
      'Maria ',
      'Maria Ab Cd ',
      'says Ab ',
    ],
  ]
  it('on shapes that open a name or an address again and again', () => {
    const grown = personRules('high').flatMap((rule) =>
      pieces.flatMap((piece) => {
        const how = growth((text) => rule.find(text, () => {}), piece)
        return how === null ? [] : [`${rule.name} on ${how}`]
      }),
    )
    expect(grown).toEqual([])
  })
})
