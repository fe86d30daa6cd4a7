import type { OrdinarySet } from './source.ts'

/**
 * Sets of others by which concepts learn what ordinary traffic looks like: longer, duller and more varied than texts
 * that were written to be told apart. All under the MIT or Apache licence. Whatever of a concept is in them is too rare to matter; where it is
 * not, the set is left out.
 */
const dialogues = (role: 'user' | 'assistant'): OrdinarySet => ({
  name: `hh_harmless_dialogues, turns of the ${role}`,
  file: 'chat_traffic/hh_harmless_dialogues.jsonl.gz',
  texts: ({ turns }) =>
    (turns as { role: string; content: string }[]).filter((turn) => turn.role === role).map(({ content }) => content),
})

const answers: OrdinarySet = {
  name: 'chatgpt_refusals, answers that comply',
  file: 'refusals/chatgpt_refusals.jsonl.gz',
  texts: ({ label, response }) => (label === 'compliance' ? [response as string] : []),
}

const requests: OrdinarySet = {
  name: 'jailbreak, short benign requests',
  file: 'jailbreak/prompts.jsonl.gz',
  texts: ({ family, text }) => (family === 'benign_short' ? [text as string] : []),
}

/** Turns of people alone, for concepts whose other sets hold the requests. */
export const ordinaryTurns = [dialogues('user')]

/** For concepts of prompts, of responses, and of both where talk among people is full of provocation. */
export const ordinaryPrompts = [dialogues('user'), requests]
export const ordinaryResponses = [dialogues('assistant'), answers]
export const ordinaryCalm = [answers, requests]
