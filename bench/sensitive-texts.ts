import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Phrase, phrase, phrases, say, type Vocabulary } from '../src/simulator/grammar.ts'
import { Random } from '../src/simulator/random.ts'
import { topics } from '../src/simulator/texts/index.ts'
import { everydayPhrases } from './everyday-phrases.ts'
import { financialPhrases } from './financial-phrases.ts'
import { medicalPhrases } from './medical-phrases.ts'

/** Templates of questions and answers of a concept, in the grammar of the simulator. */
export interface ConceptPhrases {
  words: Readonly<Record<string, readonly string[]>>
  positives: Sides
  negatives: Sides
}

type Sides = Readonly<Record<'prompt' | 'response', readonly string[]>>

/** What is fitted, and which topics of the simulator say nothing of it. */
export const SENSITIVE = {
  medical: { phrases: medicalPhrases, foreign: topics.filter(({ name }) => name !== 'medical') },
  financial: {
    phrases: financialPhrases,
    foreign: topics.filter(({ name }) => !['finance', 'hr', 'legal'].includes(name)),
  },
} as const

export type SensitiveName = keyof typeof SENSITIVE

/** A text with the truth about it. Texts of one group share a template. */
export interface SensitiveText {
  text: string
  label: boolean
  group: string
  /** Whether it may be fitted on. Those that were written one by one to be held out share no template with any other. */
  part: 'fit' | 'held-out'
  origin: 'pattern' | 'hand'
}

/** Texts that are made of one template. */
const EACH = 14
/** Texts of each foreign topic and intent. */
const FOREIGN = 12

/** All texts of a concept, the same in every run. */
export function sensitiveTexts(root: string, name: SensitiveName): SensitiveText[] {
  const random = new Random(`concept ${name}`)
  const { phrases: source, foreign } = SENSITIVE[name]
  const texts = new Map<string, SensitiveText>()
  const add = (text: string, label: boolean, group: string) => {
    const clean = text
      .replace(/ +/g, ' ')
      .replace(/ ([.,?!])/g, '$1')
      .trim()
    if (clean !== '') texts.set(clean, { text: clean, label, group, part: 'fit', origin: 'pattern' })
  }
  const read = (lists: ConceptPhrases['words']): Vocabulary => ({
    facts: {},
    words: Object.fromEntries(Object.entries(lists).map(([word, list]) => [word, phrases(list)])),
  })
  const speak = (spoken: Phrase, vocabulary: Vocabulary) => say(spoken, vocabulary, new Map(), random)

  const { words: people, ...everyday } = everydayPhrases
  for (const [label, lists, sides] of [
    [true, source.words, source.positives],
    [false, source.words, source.negatives],
    [false, people, everyday],
  ] as const) {
    const vocabulary = read(lists)
    for (const [side, templates] of Object.entries(sides))
      for (const [i, template] of templates.entries()) {
        const [spoken, other] = [phrase(template), phrase(random.pick(templates))]
        for (let n = 0; n < EACH; n++) {
          const said = speak(spoken, vocabulary)
          // one in four is longer than a template is
          add(
            n % 4 === 0 ? `${said} ${speak(other, vocabulary)}` : said,
            label,
            `${side} ${sides === everyday} ${label} ${i}`,
          )
        }
      }
  }
  for (const topic of foreign)
    for (const intent of topic.intents)
      for (let n = 0; n < FOREIGN; n++) {
        const group = `${topic.name} ${intent.name}`
        const sentences = [random.pick(intent.lead), random.pick(intent.points), random.pick(intent.points)]
        add(speak(random.pick(intent.ask), topic.vocabulary), false, group)
        const answer = sentences.map((one) => one.phrase).map((one) => speak(one, topic.vocabulary))
        add(answer.slice(0, 1 + (n % 3)).join(' '), false, group)
      }
  return [...texts.values(), ...byHand(root, name)]
}

function byHand(root: string, name: SensitiveName): SensitiveText[] {
  const lines = readFileSync(join(root, 'data/concepts', `${name}.jsonl`), 'utf8').split('\n')
  return lines
    .filter((line) => line !== '')
    .map((line, i) => ({
      ...(JSON.parse(line) as Pick<SensitiveText, 'text' | 'label' | 'part'>),
      group: `hand ${i % 20}`,
      origin: 'hand',
    }))
}
