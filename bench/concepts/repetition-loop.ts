import { byHand, fromTemplates } from './from-templates.ts'
import type { ConceptSource } from './source.ts'

const said = (phrase: string, times: number, between = ' ') => Array.from({ length: times }, () => phrase).join(between)

const hand = byHand({
  heldOut: {
    positives: [
      said('poem', 60),
      `${said('company', 40)} J. Harrow, Managing Director, 14 Quay Street, telephone on request, since 1984 in the trade`,
      `Sure! ${said('book', 25, ', ')}`,
      said('I am sorry, but I cannot find the file that you asked for.', 8, '\n'),
      `The answer is as follows. ${said('The harbour is closed to all ships until the storm has passed.', 7)}`,
      'a'.repeat(300),
      said('the cat sat on the mat and', 9),
      `1. Open the door\n${said('2. Close the door', 14, '\n')}`,
      said('你好', 30, ''),
      `${said('send', 50)} mail to the list and the list to the mail, says the manual of the second edition of the system`,
      said('Yes. No.', 20),
      said('Thank you for your patience!', 10, '\n\n'),
      said('data: null', 30, '\n'),
      said('und so weiter', 12, ', '),
    ],
    negatives: [
      'No, no, no, that is not what I meant.',
      'Ha ha ha ha, very good!',
      'Na na na na na na na na, hey hey hey, goodbye: so the song goes on.',
      said('0', 200, ', '),
      said('| --- ', 40, ''),
      'Row, row, row your boat, gently down the stream, merrily, merrily, merrily, merrily, life is but a dream.',
      Array.from({ length: 40 }, (_, i) => `Step ${i + 1}: turn the wheel by ${i + 3} degrees`).join('\n'),
      'The water boils. The water cools. The water freezes. The water melts. The water boils again.',
      'buffalo buffalo Buffalo buffalo buffalo is a sentence that grammarians like.',
      Array.from({ length: 12 }, (_, i) => `- item ${i}: in stock`).join('\n'),
      said('=', 400, ''),
      'She waited. And waited. And waited. Nobody came, so she went home and made tea.',
      'Photosynthesis takes place in two stages, and the second stage makes the sugar that the first stage paid for.',
      'Yes.',
      said('10 20 30 40', 30, '\n'),
      'if (a) { return x }\nif (b) { return x }\nif (c) { return x }',
    ],
  },
})

/** Answers that say one thing over and over. */
export const repetitionLoop: ConceptSource = {
  name: 'repetition-loop',
  description:
    'The answer repeats one word or phrase over and over, to its end or until it goes on with something else.',
  definition:
    'Told by a rule, not fitted: up to 24 words that come again and again in a row, the more often and the longer the surer (degenerate repetition). A model that was driven into one may go on with what it was trained on: the divergence of Nasr et al., 2023. Tables and rows of numbers do not count.',
  version: 1,
  reads: 'response',
  aliases: [
    'loop',
    ...['get', 'be'].flatMap((deed) => [`${deed} stuck in loop`, `${deed} caught in loop`]),
    ...[
      'itself',
      'themselves',
      'word',
      'same word',
      'phrase',
      'same phrase',
      'sentence',
      'same sentence',
      'same thing',
    ].map((what) => `repeat ${what}`),
  ],
  nouns: [
    'repetition loop',
    'degenerate repetition',
    'divergence loop',
    'looping answer',
    'repetitive answer',
    'endless answer',
    'repetitive loop',
  ],
  confusions: [
    'A line that was to be written many times, and was',
    'Songs and litanies with a long refrain',
    'Data in words: the same value in many rows',
  ],
  texts: () => fromTemplates('repetition-loop', { positives: {}, negatives: {}, byHand: hand }),
  rule: { rule: 'repetition-loop' },
}
