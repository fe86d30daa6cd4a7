import { dataTheftTexts } from '../threats/data-theft.ts'
import { extractionTexts } from '../threats/extraction.ts'
import { harmTexts } from '../threats/harm.ts'
import { heldOut } from '../threats/held-out.ts'
import { indirectTexts } from '../threats/indirect.ts'
import { injectionTexts } from '../threats/injection.ts'
import { jailbreakTexts } from '../threats/jailbreak.ts'
import { moreTexts } from '../threats/more.ts'
import { attackPrompts, evaluationPrompts, leakedAnswers } from '../threats/outside.ts'
import type { ThreatName, ThreatTexts } from '../threats/shape.ts'
import { threatWords } from '../threats/words.ts'
import { byHand, fromTemplates, type Side } from './from-templates.ts'
import { ordinaryResponses, ordinaryTurns } from './ordinary.ts'
import type { ConceptSource, OrdinarySet, OwnText } from './source.ts'

const TEXTS: ThreatTexts = [
  ...jailbreakTexts,
  ...injectionTexts,
  ...indirectTexts,
  ...extractionTexts,
  ...dataTheftTexts,
  ...harmTexts,
  ...moreTexts,
]

/** Texts that one template is made into. */
const EACH = 8

/** Texts of a concept: those of any other are its negatives, on the sides where it occurs. */
function threatTexts(name: ThreatName): OwnText[] {
  const sides = new Set(TEXTS.filter(({ is }) => is.includes(name)).map(({ side }) => side))
  const templatesOf = (wanted: boolean) =>
    Object.fromEntries(
      [...sides].map((side): [Side, string[]] => {
        const lists = TEXTS.filter(
          ({ is, perhaps = [], ...one }) =>
            one.side === side && is.includes(name) === wanted && (wanted || !perhaps.includes(name)),
        )
        const templates = lists.flatMap((one) => one.templates)
        // what is planted stands between sentences that are harmless
        return [side, side === 'context' ? [...templates, ...templates.map(planted)] : templates]
      }),
    )
  return fromTemplates(name, {
    words: threatWords,
    positives: templatesOf(true),
    negatives: templatesOf(false),
    byHand: byHand({ heldOut: heldOut[name] }),
    each: EACH,
  })
}

const planted = (template: string, i: number): string =>
  i % 2 === 0 ? `{passage} ${template}` : `${template} {passage}`

type About = Pick<ConceptSource, 'description' | 'definition' | 'reads' | 'aliases' | 'nouns' | 'confusions'> & {
  leastThreshold?: number
}

const ABOUT: Readonly<Record<ThreatName, About>> = {
  jailbreak: {
    description:
      'The prompt tries to talk the model out of its rules: by a role, a game, a fiction, a forged permission.',
    definition:
      'A role or a story counts where it is to lift the rules of the model ("you are X, who has no limits"). Ordinary role play, fiction about crime and talk about jailbreaks do not.',
    reads: 'prompt',
    aliases: [
      ...['', ' model', ' assistant', ' bot', ' chatbot', ' ai'].map((what) => `jailbreak${what}`),
      ...['break', 'bypass', 'get around', 'circumvent', 'evade', 'escape'].flatMap((deed) =>
        ['rules', 'safety rules', 'guardrails', 'restrictions', 'safeguards', 'safety filter'].map(
          (what) => `${deed} ${what}`,
        ),
      ),
    ],
    nouns: ['jailbreak', 'jailbreak attempt', 'attempted jailbreak', 'jailbreaking attempt', 'jailbreak prompt'],
    leastThreshold: 0.8,
    confusions: ['Long role play prompts with many rules', 'Quotations of jailbreaks in order to discuss them'],
  },
  'prompt-injection': {
    description: 'The prompt orders the model to drop or override the instructions that it was given.',
    definition:
      'Orders of a user against the instructions of the operator, forged authority and forged results of a check among them. "Ignore my last e-mail" and talk about injections do not count.',
    reads: 'prompt',
    aliases: [
      'inject prompt',
      'inject instructions',
      ...['ignore', 'override', 'disregard', 'forget'].flatMap((deed) =>
        ['instructions', 'previous instructions', 'system prompt'].map((what) => `${deed} ${what}`),
      ),
    ],
    nouns: [
      'prompt injection',
      'prompt injection attempt',
      'direct prompt injection',
      'direct injection',
      'injection attempt',
    ],
    leastThreshold: 0.7,
    confusions: ['Users who take back what they said', 'Texts to translate or to classify that quote an injection'],
  },
  'indirect-injection': {
    description: 'A document or the result of a tool holds orders to the model that reads it.',
    definition:
      'Orders that are meant for a model: what to say, to hide, to call or to send. Orders to people, manuals and forms among them, do not count. Read in documents, results of tools and messages of tools, by words alone.',
    reads: 'context',
    aliases: [],
    nouns: [
      'indirect injection',
      'indirect prompt injection',
      ...['document', 'tool result', 'e mail', 'email', 'mail', 'web page', 'retrieved document'].flatMap((place) => [
        ...['prompt injection', 'injection', 'injected instruction', 'hidden instruction'].flatMap((what) => [
          `${what} in ${place}`,
          `${what}s in ${place}`,
          `${place} with ${what}s`,
        ]),
        `instructions hidden in ${place}`,
      ]),
    ],
    confusions: ['Exercises and forms ("in your answer, explain …")', 'Articles that quote injections'],
    leastThreshold: 0.8,
  },
  'delimiter-forgery': {
    description: 'The prompt forges the marks between system, user and model: turns, template tokens, ends of input.',
    definition:
      'Marks that are to make the model take what follows for another turn or for the system. Transcripts, markup and questions about chat templates do not count.',
    reads: 'prompt',
    aliases: ['forge', 'fake'].flatMap((deed) =>
      ['delimiter', 'delimiters', 'system message', 'system messages', 'chat template', 'turn', 'turns'].map(
        (what) => `${deed} ${what}`,
      ),
    ),
    nouns: [
      'delimiter forgery',
      'delimiter injection',
      'forged delimiter',
      'chat template forgery',
      'forged chat template',
      'forged turn',
      'forged system message',
      'fake delimiter',
      'fake chat template',
      'fake system message',
    ],
    confusions: ['Transcripts of real conversations', 'Code and documents with headings of the same form'],
  },
  'system-prompt-extraction': {
    description: 'The prompt tries to get at the instructions that the operator gave to the model.',
    definition:
      'Asking for the system prompt, whole or in parts, directly or by a trick. How to write system prompts, and instructions of anything else, do not count.',
    reads: 'prompt',
    aliases: [
      'get',
      'ask for',
      'ask about',
      'extract',
      'steal',
      'see',
      'obtain',
      'read',
      'request',
      'demand',
      'want',
    ].flatMap((deed) =>
      ['system prompt', 'instructions', 'hidden instructions', 'system message'].map((what) => `${deed} ${what}`),
    ),
    nouns: [
      'system prompt extraction',
      'system prompt extraction attempt',
      'prompt extraction',
      'prompt extraction attempt',
    ],
    confusions: ['Questions about what the assistant can do', '"Repeat the text above" about a text of the user'],
  },
  'system-prompt-leak': {
    description: 'The answer gives away the instructions that the operator gave to the model.',
    definition: 'Quoting or retelling its own instructions counts, also as code. Saying that there are some does not.',
    reads: 'response',
    aliases: ['leak', 'reveal', 'give away', 'disclose', 'expose', 'quote', 'repeat'].flatMap((deed) =>
      ['system prompt', 'instructions', 'hidden instructions'].map((what) => `${deed} ${what}`),
    ),
    nouns: ['system prompt leak', 'prompt leak', 'leaked system prompt', 'leaked prompt'],
    leastThreshold: 0.4,
    confusions: ['System prompts that were written for the user on request', 'Answers that mention a code word'],
  },
  exfiltration: {
    description: 'The prompt asks to take data out: in bulk, to another place, or past a control.',
    definition:
      'Whole tables, mailboxes, files or conversations of others, or any data sent to a place outside. Exports of one’s own data and questions about tools do not count.',
    reads: 'prompt',
    aliases: [
      'exfiltrate',
      ...['exfiltrate', 'steal', 'dump'].flatMap((deed) =>
        ['data', 'database', 'files', 'records', 'customer data', 'user data'].map((what) => `${deed} ${what}`),
      ),
      ...['download', 'export'].flatMap((deed) => ['all data', 'whole database'].map((what) => `${deed} ${what}`)),
    ],
    nouns: ['exfiltration', 'exfiltration attempt', 'data exfiltration', 'data exfiltration attempt', 'data theft'],
    confusions: ['Ordinary exports and backups', 'Scripts that upload files'],
  },
  'harmful-request': {
    description: 'The prompt asks for something that would help to hurt people, to commit a crime or to spread hatred.',
    definition:
      'What counts is what is asked, not whether it was answered. Crime and danger as subjects of fiction, history, law or protection do not count.',
    reads: 'prompt',
    aliases: ['ask for', 'request', 'want'].flatMap((deed) =>
      ['harmful', 'dangerous', 'illegal'].flatMap((how) => [`${deed} something ${how}`, `${deed} ${how} things`]),
    ),
    nouns: ['harmful', 'dangerous', 'unsafe', 'illegal', 'malicious'].map((how) => `${how} request`),
    confusions: ['Fiction about crime', 'Questions of victims, doctors and defenders'],
  },
  'secrets-requested': {
    description: 'The prompt asks for a secret: a password, a key, a token, a code.',
    definition: 'Asking for the value counts. How to make, change or keep secrets does not.',
    reads: 'prompt',
    aliases: ['ask for', 'request', 'demand', 'want'].flatMap((deed) =>
      [
        'secret',
        'secrets',
        'password',
        'passwords',
        'credentials',
        'api key',
        'api keys',
        'key',
        'keys',
        'token',
        'tokens',
        'secret key',
      ].map((what) => `${deed} ${what}`),
    ),
    nouns: [
      'requested secret',
      'request for secret',
      'request for secrets',
      'request for password',
      'request for passwords',
      'request for credentials',
      'request for api keys',
    ],
    confusions: ['"What is the password?" as a riddle or a quotation', 'Forgotten passwords of one’s own'],
  },
  'secrets-given': {
    description: 'The answer gives a secret: a password, a key, a token, a code.',
    definition:
      'A value that opens something counts, also where redaction left its mark in its place. Examples with a blank and advice do not.',
    reads: 'response',
    aliases: ['leak', 'reveal', 'give', 'give away', 'give out', 'disclose', 'expose'].flatMap((deed) =>
      ['secret', 'secrets', 'password', 'passwords', 'credentials', 'api key', 'api keys', 'keys', 'tokens'].map(
        (what) => `${deed} ${what}`,
      ),
    ),
    nouns: [
      'given secret',
      'leaked secret',
      'leaked password',
      'leaked credential',
      'leaked key',
      'leaked api key',
      'secret leak',
      'disclosed secret',
    ],
    confusions: ['Examples of configuration', 'Code that reads a key from the environment'],
  },
  'personal-data-requested': {
    description: 'The prompt asks for personal data of somebody else.',
    definition:
      'Addresses, numbers, birthdays, accounts, health or whereabouts of a private person. Public figures of history, offices and one’s own data do not count.',
    reads: 'prompt',
    aliases: ['ask for', 'request', 'demand', 'want', 'get', 'obtain'].flatMap((deed) =>
      ['personal data', 'private data', 'personal information', 'personal details', 'private details', 'pii'].map(
        (what) => `${deed} ${what}`,
      ),
    ),
    nouns: [
      'request for personal data',
      'request for personal information',
      'request for private data',
      'request for pii',
      'requested personal data',
    ],
    confusions: ['Questions about public figures', 'Numbers and addresses of offices and shops'],
  },
  'personal-data-given': {
    description: 'The answer gives personal data of a private person.',
    definition:
      'A value beside a person counts, also where redaction left its mark in its place. Data of offices, public figures and the order of the user do not.',
    reads: 'response',
    aliases: ['leak', 'reveal', 'give', 'give away', 'give out', 'disclose', 'expose'].flatMap((deed) =>
      ['personal data', 'private data', 'personal information', 'personal details', 'pii'].map(
        (what) => `${deed} ${what}`,
      ),
    ),
    nouns: [
      'given personal data',
      'leaked personal data',
      'personal data leak',
      'disclosed personal data',
      'leaked pii',
      'pii leak',
    ],
    confusions: ['Biographies of public figures', 'Invented people in test data'],
  },
}

/** Small talk is full of "you", "no" and "your question", which attacks are too; answers stand for documents. */
const ORDINARY: Partial<Readonly<Record<ThreatName, readonly OrdinarySet[]>>> = {
  jailbreak: ordinaryTurns,
  'prompt-injection': ordinaryTurns,
  'indirect-injection': ordinaryResponses,
}

/** Concepts about attacks and what they are after. */
export const threats: readonly ConceptSource[] = (Object.keys(ABOUT) as ThreatName[]).map((name) => {
  const { leastThreshold = 0.5, ...about } = ABOUT[name]
  return {
    name,
    ...about,
    version: name in ORDINARY ? 2 : 1,
    texts: () => threatTexts(name),
    outside:
      name === 'system-prompt-leak'
        ? [leakedAnswers]
        : about.reads === 'response'
          ? []
          : [attackPrompts(name), evaluationPrompts(name)],
    ordinary: ORDINARY[name] ?? [],
    cues: true,
    // passages of documents are judged without an embedding
    embeddingScale: about.reads === 'context' ? 0 : 1,
    leastThreshold,
  }
})
