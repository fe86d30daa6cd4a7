import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/config.ts'
import { type Phrase, phrase, phrases, say, type Vocabulary } from '../../src/simulator/grammar.ts'
import { Random } from '../../src/simulator/random.ts'
import { topics } from '../../src/simulator/texts/index.ts'
import { everyday } from './everyday.ts'
import type { OwnText } from './source.ts'

/** Templates in the grammar of the simulator, and texts that follow none. */
export interface ConceptTexts {
  /** What slots of the templates are filled from, anew at every use. */
  words?: Readonly<Record<string, readonly string[]>>
  positives: Sides
  /** Hard ones: what only sounds like it. */
  negatives: Sides
  /** Texts written one by one. */
  byHand: readonly HandText[]
  /** Topics of the simulator whose texts may speak of it. Those of all other topics are negatives. */
  akin?: readonly string[]
  /** Texts that one template is made into; default 14. */
  each?: number
}

/** Templates by the side of an exchange that they are said on. */
export type Sides = Readonly<Partial<Record<Side, readonly string[]>>>

/** Of an exchange: what is asked, what is answered, and the documents and tool results that were read for it. */
export type Side = 'prompt' | 'response' | 'context'

export type HandText = Pick<OwnText, 'text' | 'label' | 'part'>

const EACH = 14
/** Texts of each foreign topic and intent. */
const FOREIGN = 12

/**
 * All texts of a concept: what its templates are made into, everyday talk and the other topics of the simulator as
 * negatives (of the sides that the templates speak on), and the texts by hand.
 */
export function fromTemplates(name: string, source: ConceptTexts): OwnText[] {
  const { words = {}, positives, negatives, byHand, akin = [], each = EACH } = source
  const random = new Random(`concept ${name}`)
  const texts = new Map<string, OwnText>()
  const add = (text: string, label: boolean, group: string) => {
    const clean = text
      .replace(/ +/g, ' ')
      .replace(/ ([.,?!])/g, '$1')
      .trim()
    if (clean !== '') texts.set(clean, { text: clean, label, group, part: 'fit', origin: 'pattern' })
  }
  const sidesOf = (sides: Sides) => Object.entries(sides) as [Side, readonly string[]][]
  const spoken = new Set([...sidesOf(positives), ...sidesOf(negatives)].map(([side]) => side))
  const read = (lists: NonNullable<ConceptTexts['words']>): Vocabulary => ({
    facts: {},
    words: Object.fromEntries(Object.entries(lists).map(([word, list]) => [word, phrases(list)])),
  })
  const speak = (one: Phrase, vocabulary: Vocabulary) => say(one, vocabulary, new Map(), random)

  for (const [label, lists, sides] of [
    [true, words, positives],
    [false, words, negatives],
    [false, everyday.words, everyday.sides],
  ] as const) {
    const vocabulary = read(lists)
    for (const [side, templates] of sidesOf(sides)) {
      if (!spoken.has(side)) continue
      for (const [i, template] of templates.entries()) {
        const [one, other] = [phrase(template), phrase(random.pick(templates))]
        for (let n = 0; n < each; n++) {
          const said = speak(one, vocabulary)
          // one in four is longer than a template is
          add(
            n % 4 === 0 ? `${said} ${speak(other, vocabulary)}` : said,
            label,
            `${side} ${sides === everyday.sides} ${label} ${i}`,
          )
        }
      }
    }
  }
  for (const topic of topics.filter((one) => !akin.includes(one.name)))
    for (const intent of topic.intents)
      for (let n = 0; n < FOREIGN; n++) {
        const group = `${topic.name} ${intent.name}`
        const sentences = [random.pick(intent.lead), random.pick(intent.points), random.pick(intent.points)]
        const ask = speak(random.pick(intent.ask), topic.vocabulary)
        const answer = sentences.map((sentence) => speak(sentence.phrase, topic.vocabulary))
        if (spoken.has('prompt')) add(ask, false, group)
        if (spoken.has('response') || spoken.has('context')) add(answer.slice(0, 1 + (n % 3)).join(' '), false, group)
      }
  return [
    ...texts.values(),
    ...byHand.map((text, i) => ({ ...text, group: `hand ${i % 20}`, origin: 'hand' as const })),
  ]
}

/** Texts by hand, from four lists. */
export function byHand(lists: {
  fit?: { positives?: readonly string[]; negatives?: readonly string[] }
  heldOut: { positives: readonly string[]; negatives: readonly string[] }
}): HandText[] {
  const { fit = {}, heldOut } = lists
  const each = (texts: readonly string[] = [], label: boolean, part: HandText['part']) =>
    texts.map((text) => ({ text, label, part }))
  return [
    ...each(fit.positives, true, 'fit'),
    ...each(fit.negatives, false, 'fit'),
    ...each(heldOut.positives, true, 'held-out'),
    ...each(heldOut.negatives, false, 'held-out'),
  ]
}

/** Texts by hand that a concept keeps in data/concepts/<name>.jsonl. */
export function handFile<Row = HandText>(name: string): Row[] {
  const lines = readFileSync(join(packageRoot, 'data/concepts', `${name}.jsonl`), 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row)
}
