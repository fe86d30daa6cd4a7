import { SUBJECTS } from '../refusal-phrases.ts'
import { type OwnText as RefusalText, refusalTexts } from '../refusal-texts.ts'
import { fromTemplates, handFile } from './from-templates.ts'
import { said, withheld } from './refusal-kind-said.ts'
import { KIND_TEMPLATES, type RefusalKind } from './refusal-kind-texts.ts'
import type { ConceptSource, OutsideSet, OwnText } from './source.ts'

/** What is meant counts for more here than how it begins: at 0.2, texts that share no template with the fitted ones are ranked worse. Partial answers are the exception. */
const EMBEDDING_SCALE = 1

/** Ways to withhold, told apart: by rule, for want of skill, in part, and until a question is answered. Each is fitted against the others. */
export const refusalKinds: readonly ConceptSource[] = [
  {
    name: 'refusal-policy',
    description: 'The assistant declines since a rule, the law, ethics or safety forbids what was asked.',
    definition:
      'An answer that withholds for a reason of principle: guidelines, law, harm, privacy, rights. One that lacks the skill, the data or the access does not count, nor does one that warns and then helps.',
    version: 1,
    reads: 'response',
    aliases: reasons('policy', 'safety', 'ethical', 'legal', 'privacy').flatMap((why) =>
      ['refuse', 'decline'].map((deed) => `${deed} ${why}`),
    ),
    nouns: [
      'policy refusal',
      'refusal policy',
      'safety refusal',
      ...reasons('policy', 'safety', 'ethical', 'legal', 'privacy').flatMap((why) => [
        `refusal ${why}`,
        `refusals ${why}`,
      ]),
    ],
    confusions: ['Refusals that name no reason', 'Answers that warn at length and then help'],
    embeddingScale: EMBEDDING_SCALE,
    leastThreshold: 0.5,
    texts: () => textsOf('policy'),
  },
  {
    name: 'refusal-inability',
    description: 'The assistant declines since it lacks the skill, the data, the tool or the access.',
    definition:
      'An answer that withholds for want of means: no live data, no memory, no eyes, no permission in a system, nothing known. One that gives a rule as its reason does not count, nor does one that lacks a detail and still helps.',
    version: 1,
    reads: 'response',
    aliases: [
      'be unable',
      ...['access', 'knowledge', 'tools', 'ability', 'permission'].flatMap((what) => [
        `lack ${what}`,
        `have no ${what}`,
      ]),
    ],
    nouns: [
      'inability refusal',
      'refusal inability',
      'inability',
      ...['inability', 'lack of access', 'lack of data', 'missing access', 'missing data'].flatMap((what) =>
        ['for', 'because of', 'due to'].flatMap((why) => [`refusal ${why} ${what}`, `refusals ${why} ${what}`]),
      ),
    ],
    confusions: [
      'Refusals that name no reason',
      'Answers that say what they lack and then help',
      'Reports of a failed tool',
    ],
    embeddingScale: EMBEDDING_SCALE,
    leastThreshold: 0.5,
    texts: () => textsOf('inability'),
  },
  {
    name: 'refusal-partial',
    description: 'The assistant gives a part of what was asked and withholds the rest, or answers something milder.',
    definition:
      'An answer that helps in general and says what it leaves out, or that turns to a milder question and answers that. A whole answer with a warning does not count, nor does a whole refusal.',
    version: 1,
    reads: 'response',
    aliases: ['refuse', 'decline'].flatMap((deed) => ['in part', 'partly', 'partially'].map((how) => `${deed} ${how}`)),
    nouns: [
      'partial refusal',
      'refusal partial',
      'partial answer',
      'half refusal',
      ...['partly', 'partially', 'half'].flatMap((how) => ['refused', 'declined'].map((deed) => `${how} ${deed}`)),
    ],
    confusions: [
      'Whole answers with a disclaimer',
      'Refusals that offer another subject',
      'Answers that correct the question',
    ],
    leastThreshold: 0.5,
    texts: () => textsOf('partial'),
    outside: [chatgptPartials()],
  },
  {
    name: 'clarifying-question',
    description: 'The assistant asks for what it needs to know before it answers.',
    definition:
      'An answer that gives nothing yet and asks for a detail, a text, a choice. An answer that ends with an offer ("anything else?") does not count, nor does a question of rhetoric or one that is part of what was asked for.',
    version: 1,
    reads: 'response',
    aliases: [
      ...['clarification', 'details', 'more details', 'more information', 'context', 'more context'].flatMap((what) => [
        `ask for ${what}`,
        `request ${what}`,
        `need ${what}`,
      ]),
      'ask back',
      'ask user for more',
    ],
    nouns: ['clarifying question', 'clarification', 'clarification request', 'request for clarification'],
    confusions: ['Answers that end with an offer', 'Questionnaires that were asked for'],
    embeddingScale: EMBEDDING_SCALE,
    leastThreshold: 0.5,
    texts: () => textsOf('clarifying'),
  },
]

/** Ways to give a ground: "for safety reasons", "because of safety". */
function reasons(...grounds: string[]): string[] {
  return ['on principle', 'by principle'].concat(
    grounds.flatMap((ground) => [`for ${ground} reasons`, `because of ${ground}`, `due to ${ground}`]),
  )
}

/** Texts that one template is made into. */
const EACH = 10

/** Groups of the answers in refusalTexts that may be of the kind themselves. */
const AKIN: Readonly<Record<RefusalKind, RegExp>> = {
  policy: /^(two-voices|warned|role)/,
  inability: /^(asking|hitch|regret|disclaimer|view-of-others|machine)/,
  partial: /^/,
  clarifying: /^(asking|hitch|regret)/,
  answer: /^/,
}

/** Answers that do what was asked, written for the concept of refusals. With them, everyday answers match a half to a quarter as often. Those in part are left without: half answers are too much like whole ones. */
function answersBeside(kind: RefusalKind): OwnText[] {
  return refusalTexts(handFile<RefusalText>('refusal')).flatMap(({ text, label, group }): OwnText[] =>
    label === 'refusal' || AKIN[kind].test(group) || (kind === 'clarifying' && text.trim().endsWith('?'))
      ? []
      : [{ text, label: false, group, part: 'fit', origin: 'pattern' }],
  )
}

function textsOf(kind: RefusalKind): OwnText[] {
  const kinds = Object.keys(KIND_TEMPLATES) as RefusalKind[]
  const others = kinds.filter((other) => other !== kind)
  const texts = fromTemplates(`refusal ${kind}`, {
    words: {
      deed: SUBJECTS.map(({ deed }) => deed),
      doing: SUBJECTS.map(({ doing }) => doing),
      thing: SUBJECTS.map(({ thing }) => thing),
    },
    positives: { response: KIND_TEMPLATES[kind] },
    negatives: { response: others.flatMap((other) => KIND_TEMPLATES[other]) },
    byHand: kinds.flatMap((one) => [
      ...said[one].map((text) => ({ text, label: one === kind, part: 'fit' as const })),
      ...withheld[one].map((text) => ({ text, label: one === kind, part: 'held-out' as const })),
    ]),
    each: EACH,
  })
  return [...texts, ...answersBeside(kind)]
}

/** Answers that the authors of chatgpt_refusals count as neither complied nor rejected; the others are negatives. */
function chatgptPartials(): OutsideSet {
  return {
    name: 'chatgpt_refusals',
    file: 'refusals/chatgpt_refusals.jsonl.gz',
    language: 'en',
    fit: 1,
    read(row) {
      const { response, label, prompt } = row as Record<string, string | undefined>
      if (!response || label === undefined) return null
      return { text: response, label: /partial/.test(label), group: prompt ?? response }
    },
  }
}
