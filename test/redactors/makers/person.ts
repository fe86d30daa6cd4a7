import { drawn, type Maker, oneOf } from './maker.ts'

const HARD = 'bdfgklmnprstvz'
const SOFT = 'aeiou'

/** A word with a capital that is hardly one of any language. */
const invented = (random: () => number, syllables: number): string => {
  const word = Array.from({ length: syllables }, () => drawn(random, HARD, 1) + drawn(random, SOFT, 1)).join('')
  return `${word[0]?.toUpperCase()}${word.slice(1)}${drawn(random, 'nrsk', 1)}`
}

const fullName = (random: () => number): string => `${invented(random, 2)} ${invented(random, 3)}`
const house = (random: () => number): number => 1 + Math.floor(random() * 899)

export const personMakers: readonly Maker[] = [
  {
    rule: 'name-with-title',
    type: 'PERSON',
    proven: false,
    value: fullName,
    said: (value) => `Please ask Mrs. ${value} about it.`,
  },
  {
    rule: 'name-introduced',
    type: 'PERSON',
    proven: false,
    value: fullName,
    said: (value) => `Hello, my name is ${value}, and I have a question.`,
  },
  {
    rule: 'name-in-greeting',
    type: 'PERSON',
    proven: false,
    value: fullName,
    said: (value) => `Dear ${value},\nthe parcel is on its way.`,
  },
  {
    rule: 'name-in-closing',
    type: 'PERSON',
    proven: false,
    value: fullName,
    said: (value) => `It is on its way.\n\nBest regards,\n${value}\n`,
  },
  {
    rule: 'name-in-field',
    type: 'PERSON',
    proven: false,
    value: fullName,
    said: (value) => `{"customer_name": "${value}"}`,
  },
  {
    rule: 'street-address',
    type: 'ADDRESS',
    proven: false,
    value: (random) =>
      `${house(random)} ${invented(random, 2)} ${oneOf(random, ['Street', 'Road', 'Avenue', 'Lane'])}, ${invented(random, 2)}, ${oneOf(random, ['IL', 'CA', 'TX'])} 6${drawn(random, '0123456789', 4)}`,
  },
  {
    rule: 'street-address',
    type: 'ADDRESS',
    proven: false,
    value: (random) =>
      `${invented(random, 2)}${oneOf(random, ['straße', 'weg', 'gasse'])} ${house(random)}, 1${drawn(random, '0123456789', 4)} ${invented(random, 2)}`,
  },
  {
    rule: 'post-box',
    type: 'ADDRESS',
    proven: false,
    value: (random) => `P.O. Box ${house(random)}`,
  },
]
