import { describe, expect, it } from 'vitest'
import { RULES } from '../../src/redactors/rules.ts'
import { createScan } from '../../src/redactors/scan.ts'

const scan = createScan(RULES)

/** Text with every found part shown as «TYPE». */
function shown(text: string): string {
  let out = ''
  let from = 0
  for (const span of scan(text)) {
    out += `${text.slice(from, span.start)}«${span.type}»`
    from = span.end
  }
  return out + text.slice(from)
}

const found: Record<string, [text: string, expected: string][]> = {
  'of streets in English': [
    ['I live at 12 Milton Street.', 'I live at «ADDRESS».'],
    ['221B Upper Orchard Rd, Springfield, IL 62701', '«ADDRESS»'],
    ['send it to 4 Hill St., Suite 300, Oakham LE15 6AB today', 'send it to «ADDRESS» today'],
    ['at 444 29th Street in the evening', 'at «ADDRESS» in the evening'],
    ['8 Knoll Court\nApt. 5\nWinslow\nNew Zealand 4021\nPhone: none', '«ADDRESS»\nPhone: none'],
    ['{"address": "12 Milton St"}', '{"address": "«ADDRESS»"}'],
    ['address: 12 Milton St', 'address: «ADDRESS»'],
    ['street: 12 Milton St', 'street: «ADDRESS»'],
    [
      '{"streetAddress":"12 Milton Rd","addressLine2":"Suite 5"}',
      '{"streetAddress":"«ADDRESS»","addressLine2":"Suite 5"}',
    ],
    ['600 S Rowan Ave, Mill Valley, CA', '«ADDRESS»'],
  ],
  'of streets in other languages': [
    ['Wir wohnen in der Lindenstraße 7a, 10999 Berlin und', 'Wir wohnen in der «ADDRESS» und'],
    ['Frankfurter Allee 73, Berlin.', '«ADDRESS».'],
    ['12 bis, rue de la Garenne, 69002 Lyon', '«ADDRESS»'],
    ['abita in Via Nazario Sauro 112, 00184 Roma', 'abita in «ADDRESS»'],
    ['Calle Mayor 5, Madrid.', '«ADDRESS».'],
    ['ul. Grochowa 80, 04-301 Warszawa', '«ADDRESS»'],
    ['Rua das Flores 31, Porto.', '«ADDRESS».'],
    ['Keizerlaan 380, 1016 GC Amsterdam', '«ADDRESS»'],
    ['Vesterskovvej 79', '«ADDRESS»'],
  ],
  'that only a sentence or a flat tells': [
    ['my address is 6750 Koskela 25 Apt. 864\nArtola\nUruguay 64677', 'my address is «ADDRESS»'],
    ['35 Kromwater 38, Apt. 705, Zoetermeer', '«ADDRESS»'],
    ['please send the card to 70 95 Dora Dale, Winton, NSW 2480', 'please send the card to «ADDRESS»'],
  ],
  'of boxes and of the forces': [
    ['P.O. Box 108, Winslow, AZ 86047', '«ADDRESS»'],
    ['PSC 5436, Box 5539\nAPO AA 34020', '«ADDRESS»'],
    ['Postfach 12 34', '«ADDRESS» 34'],
  ],
  'by their codes': [
    ['My zip code is 35649', 'My zip code is «ADDRESS»'],
    ['{"postal_code": "K1A 0B1"}', '{"postal_code": "«ADDRESS»"}'],
    ['in Springfield, IL 62701-1234 since May', 'in «ADDRESS» since May'],
  ],
}

for (const [which, texts] of Object.entries(found)) {
  describe(`addresses ${which} are found`, () => {
    it.each(texts)('%s', (text, expected) => expect(shown(text)).toBe(expected))
  })
}

describe('what only looks like an address stays', () => {
  it.each([
    'the protests of 1989 Tiananmen Square remembered',
    'the 1972 United States Supreme Court',
    'In 2006, the Supreme Court ruled',
    'Weekly 5K Fun Run Challenge',
    'It is a 5 minute walk down the road.',
    '3 ways to drive traffic',
    'Paris, London and Rome',
    'Wall Street fell by 3 percent',
    'Via Email 24 hours a day',
    'chapter 12 Main results',
    'the zip file is 35649 bytes',
    'move to 10 or 12 items',
    'sent to 25 people in 3 countries',
    'zip 3.0',
    'ip address: 4 of 12 used',
    'ADDRESS 0x7fff 12',
    'ip_address: 4, port 12',
    '{"street": 12, "lane": 4}',
    'GET /street/12/road',
    'version 10 Park Edition',
    'May 12 Street fair',
    'a 7 1/4 In. Worm Drive Saw',
  ])('%s', (text) => expect(shown(text)).toBe(text))
})

it('two spellings of an address share one value', () => {
  const value = (text: string) => scan(text)[0]?.value
  expect(value('12 Milton Street, Springfield, IL 62701')).toBe(value('12 MILTON Street\nSpringfield IL  62701'))
})
