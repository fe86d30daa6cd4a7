import type { Concept } from '../core/concept.ts'
import { formsOf, plural } from './inflect.ts'
import { ASKED, kindOfThing, type Side, SPEAKERS, toldOf, wordSet } from './things.ts'

/** A word, or one of several. */
type Token = string | ReadonlySet<string>

/** Words by which questions call a concept. */
export interface ConceptPhrase {
  concept: Concept
  tokens: readonly Token[]
  /** What somebody did or is, rather than a name: somebody or something has to be named of whom it is told. */
  deed: boolean
  /** Whose words, deeds or nature it tells of. */
  side: Side
  /** Of which things it is told. */
  told: ReadonlySet<string>
  /** Gives way to a phrase that begins within it and goes on beyond it: "are lazy" in "are lazy answers". */
  loose: boolean
  /** What the events of the concept must not be besides. */
  without?: Concept
}

/** How questions name concepts: the phrases of each by the word that they begin with. */
export type Vocabulary = readonly { concept: Concept; starts: Starts }[]
type Starts = ReadonlyMap<string, readonly ConceptPhrase[]>

/** Phrases that begin at a place among words. */
export const phrasesAt = (vocabulary: Vocabulary, words: readonly string[], at: number): readonly ConceptPhrase[] =>
  vocabulary.flatMap(({ starts }) => starts.get(words[at]!) ?? [])

/**
 * Every way in which a question may call concepts, from the nouns and aliases of each.
 * - A noun, also in the plural. Where its last word is a kind of text or speaker, any of that kind stands for it ("lazy
 *   answer": lazy replies), and the words before it may be told of one ("answers that are lazy", "the model was lazy").
 * - "T with X": any T that contains X.
 * - An alias is a deed: "leak password" in every form of the verb and of the last word, also as "a password was leaked".
 *   "would not X" stands for every way to say that X was not done. One that begins with "model" is told of the model
 *   although the concept reads prompts.
 */
export function vocabularyOf(concepts: readonly Concept[]): Vocabulary {
  const vocabulary = concepts.map((concept) => ({ concept, starts: startsOf(concept) }))
  const [refusal, harmful] = ['refusal', 'harmful-request'].map((name) => concepts.find((one) => one.name === name))
  if (refusal === undefined || harmful === undefined) return vocabulary
  return [...vocabulary, { concept: refusal, starts: byStart(overRefusals(refusal, harmful)) }]
}

/** Refusals of what was no harm: two concepts crossed, in one word. */
function overRefusals(concept: Concept, without: Concept): ConceptPhrase[] {
  const side = sideOf(concept)
  const common = { concept, without, side, told: toldOf(side), deed: false, loose: false }
  const refusals = new Set(['refusal', plural('refusal')])
  return [
    [new Set([...refusals].flatMap((word) => [`over-${word}`, `over${word}`]))],
    ['over', refusals],
    [wordSet('unnecessary unjustified needless excessive'), refusals],
    [refusals, 'of', 'harmless', ASKED],
  ].map((tokens) => ({ ...common, tokens }))
}

/** Concepts stay, questions come and go: remembered, since what it gives depends on the concept alone. */
const known = new WeakMap<Concept, Starts>()

function startsOf(concept: Concept): Starts {
  const before = known.get(concept)
  if (before !== undefined) return before
  const names = (concept.fitted.nouns ?? [concept.name]).map((noun) => noun.replace(/[_-]+/g, ' ').split(' '))
  const phrases = [
    ...names.flatMap((noun) => named(concept, noun)),
    ...concept.fitted.aliases.flatMap((alias) => done(concept, alias.split(' '))),
  ]
  const starts = byStart(phrases)
  known.set(concept, starts)
  return starts
}

function byStart(phrases: readonly ConceptPhrase[]): Starts {
  const starts = new Map<string, ConceptPhrase[]>()
  for (const phrase of phrases) {
    const first = phrase.tokens[0]!
    for (const word of typeof first === 'string' ? [first] : first)
      starts.set(word, [...(starts.get(word) ?? []), phrase])
  }
  return starts
}

const sideOf = ({ reads }: Concept): Side => (reads === 'context' ? 'any' : reads)

const CONTAINING = wordSet(
  'with contain contains contained containing include includes including hold holds holding have has',
)
/** What begins the second part of a noun of two. */
const BEHIND = wordSet('for of in from on by')
const BEING = wordSet('is are was were be been being gets got getting became becomes seems looks sounds')

function named(concept: Concept, noun: readonly string[]): ConceptPhrase[] {
  const side = sideOf(concept)
  const common = { concept, side, told: toldOf(side), deed: false, loose: false }
  const last = noun.at(-1)!
  const before = noun.slice(0, -1)
  const [first = '', preposition, ...content] = noun
  if (preposition === 'with' && content.length > 0) {
    const things = kindOfThing(first)?.same ?? new Set([first, plural(first)])
    return [{ ...common, tokens: [things, CONTAINING, ...content], loose: true }]
  }
  // "request for personal data": requests, whatever they are for
  if (content.length > 0 && BEHIND.has(preposition!))
    return [{ ...common, tokens: [new Set([first, plural(first)]), ...before.slice(1), new Set([last, plural(last)])] }]
  const kind = before.length > 0 ? kindOfThing(last) : null
  if (kind === null) return [{ ...common, tokens: [...before, new Set([last, plural(last)])] }]
  return [
    { ...common, tokens: [...before, kind.same] },
    { concept, tokens: [BEING, ...before], side: kind.side, told: kind.told, deed: true, loose: true },
  ]
}

const DENIALS = ['will', 'would', 'do', 'does', 'did', 'can', 'could']
  .flatMap((verb) => [`${verb} not`, `${verb}n't`])
  .concat("won't", "can't", 'cannot')
  .map((denial) => denial.split(' '))
/** What is given so may be named first: "a password was leaked". */
const GIVING = wordSet('leak reveal give disclose expose quote')
/** Belong to the verb before them. */
const PARTICLES = wordSet('away out up off down for about')

function done(concept: Concept, alias: readonly string[]): ConceptPhrase[] {
  const ofModel = alias[0] === 'model' && alias.length > 1
  const side = ofModel ? 'response' : sideOf(concept)
  const common = { concept, side, told: toldOf(side), loose: false }
  const deed = (...tokens: Token[]): ConceptPhrase => ({ ...common, tokens, deed: true })
  if (alias[0] === 'would' && alias[1] === 'not') return DENIALS.map((denial) => deed(...denial, ...alias.slice(2)))
  const [verb = '', ...rest] = ofModel ? alias.slice(1) : alias
  const forms = new Set(formsOf(verb))
  const tokens = rest.map((word, i) => (i === rest.length - 1 ? new Set([word, plural(word)]) : word))
  const at = rest.findIndex((word) => !PARTICLES.has(word))
  if (!GIVING.has(verb) || at < 0) return [deed(forms, ...tokens)]
  return [
    deed(forms, ...tokens),
    { ...common, tokens: [...tokens.slice(at), forms, ...rest.slice(0, at)], deed: false },
  ]
}

/** Within a phrase they say nothing: "get our system prompt", "the password that was leaked". */
const SKIPPED = wordSet(
  'the a an our its their his her that which is are was were been being very too so just simply really quite rather often',
)

/** How many of the words from `at` on are a phrase; 0 where they are not. */
export function lengthAt({ tokens, deed, side }: ConceptPhrase, words: readonly string[], at: number): number {
  if (!fits(tokens[0]!, words[at])) return 0
  let length = 1
  let matched = 1
  for (; matched < tokens.length && at + length < words.length; length++) {
    const word = words[at + length]!
    if (fits(tokens[matched]!, word)) matched++
    // "ask the model for passwords"
    else if (!SKIPPED.has(word) && !(deed && side === 'prompt' && SPEAKERS.response.has(word))) return 0
  }
  return matched === tokens.length ? length : 0
}

const fits = (token: Token, word: string | undefined): boolean =>
  word !== undefined && (typeof token === 'string' ? token === word : token.has(word))
