import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/config.ts'
import { phrase, phrases, say, type Vocabulary } from '../src/simulator/grammar.ts'
import { Random } from '../src/simulator/random.ts'
import { topics } from '../src/simulator/texts/index.ts'
import { everyday } from './concepts/everyday.ts'

/**
 * Writes models/background/en.json: ordinary prompts and responses, by which a concept that was given few examples
 * learns what is not meant. Everyday talk and the topics of the simulator; the same in every run.
 * Usage: node dist/bench/write-background.js
 */
const EVERYDAY = 3
const EACH_INTENT = 4

const random = new Random('background')
const sides = { prompt: new Set<string>(), response: new Set<string>() }
const speak = (template: string, vocabulary: Vocabulary) => say(phrase(template), vocabulary, new Map(), random)
const people: Vocabulary = {
  facts: {},
  words: Object.fromEntries(Object.entries(everyday.words).map(([word, list]) => [word, phrases(list)])),
}
for (const side of ['prompt', 'response'] as const)
  for (const template of everyday.sides[side])
    for (let n = 0; n < EVERYDAY; n++) sides[side].add(speak(template, people))
for (const { intents, vocabulary } of topics)
  for (const { ask, lead, points } of intents)
    for (let n = 0; n < EACH_INTENT; n++) {
      sides.prompt.add(say(random.pick(ask), vocabulary, new Map(), random))
      const sentences = [random.pick(lead), random.pick(points), random.pick(points)].slice(0, 1 + (n % 3))
      sides.response.add(sentences.map((one) => say(one.phrase, vocabulary, new Map(), random)).join(' '))
    }

mkdirSync(join(packageRoot, 'models/background'), { recursive: true })
const background = { prompt: [...sides.prompt], response: [...sides.response] }
writeFileSync(join(packageRoot, 'models/background/en.json'), `${JSON.stringify(background, null, 1)}\n`)
process.stderr.write(`${background.prompt.length} prompts, ${background.response.length} responses\n`)
