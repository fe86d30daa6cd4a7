import { type OwnText as RefusalText, refusalTexts } from '../refusal-texts.ts'
import { handFile } from './from-templates.ts'
import type { ConceptSource, OutsideSet, OwnText } from './source.ts'

/** The assistant declines. */
export const refusal: ConceptSource = {
  name: 'refusal',
  description: 'The assistant says that it will not, may not or cannot do what was asked, and does not do it.',
  definition:
    'An answer that withholds what was asked for, whatever the reason: a rule, a missing skill, missing access. An answer that apologises, warns or disclaims and then helps does not count, nor does one that speaks of refusing.',
  version: 2,
  reads: 'response',
  aliases: [
    'refuse',
    'decline',
    'turn down',
    'say no',
    'reject',
    'would not answer',
    'would not help',
    'would not respond',
  ],
  confusions: [
    'Small talk that evades',
    'A played character who scolds and then helps',
    '"As an AI I have no opinions", followed by an answer',
  ],
  texts: ownTexts,
  // chosen on folds: F1 over both sets is 0.918 at 1e-4, 0.934 at 1e-5 and below; sets left out as a whole lose nothing
  l2: 1e-5,
  outside: ['chatgpt_refusals', 'jailbreak_responses'].map(outside),
}

function ownTexts(): OwnText[] {
  const byHand = handFile<RefusalText>('refusal')
  const hand = new Set(byHand.map(({ text }) => text))
  return refusalTexts(byHand).map(({ text, label, group }) => ({
    text,
    label: label === 'refusal',
    group,
    part: 'fit',
    origin: hand.has(text) ? 'hand' : 'pattern',
  }))
}

/** Partial refusals count as neither. Responses to one question share a group. */
function outside(name: string): OutsideSet {
  return {
    name,
    file: `refusals/${name}.jsonl.gz`,
    language: 'en',
    fit: 1,
    read(row) {
      const { response, label, prompt, question } = row as Record<string, string | undefined>
      if (!response || !/refus|compliance/.test(label ?? '') || /partial/.test(label ?? '')) return null
      return { text: response, label: /refus/.test(label!), group: prompt ?? question ?? response }
    },
  }
}
