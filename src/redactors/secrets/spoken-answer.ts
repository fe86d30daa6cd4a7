import { cluesIn } from '../clues.ts'
import type { Rule } from '../rule.ts'
import { TURN } from '../turn.ts'
import { SPOKEN_ANCHORS } from './spoken-anchors.ts'
import { CORES, type Head, type Kind, spokenHeads } from './spoken-head.ts'
import { isPredicate, isWordOfSentence } from './spoken-predicates.ts'
import { asked, type Question } from './spoken-question.ts'
import { type Value, valueAt } from './spoken-value.ts'
import { isStandIn } from './strength.ts'

const PLACES = [CORES]
const cluesOf = cluesIn(PLACES)
/** Most that is read of the end of a question and of the beginning of its answer. */
const QUESTION_MAX = 320
const ANSWER_MAX = 200
/** The next turn: the mark between turns, or the name of a speaker at the beginning of a line, or "A:". */
const NEXT = new RegExp(
  `${TURN}|\\n\\s{0,2}(?:\\p{Lu}[\\p{L} ]{1,20}|[QA]): {1,2}|(?<=\\?) {1,2}(?:A|Answer|Antwort): {1,2}`,
  'gu',
)

/** Before the value: agreement, politeness, "it's". */
const LEAD =
  /(?:(?:yes|yeah|yep|yup|sure(?: thing)?|ok(?:ay)?|of course|certainly|absolutely|alright|right|well|hm+|uhm?|so|oh|hi|hello|thanks|please|no problem|gladly|here(?: you go| it is| you are)?|there you go|i think|i believe|i guess|probably|the usual|the same|as always|ja|klar|natürlich|gerne|sicher|oui|bien sûr|voilà|sí|si|claro|certo|sim|sure)(?![\p{L}\p{N}])[\s,:.!-]{0,3}){0,4}(?:(?:(?:it|that|this|she|he|mine|they)(?:['’]?s| is| was| would be| should be)|its|(?:the|my|his|her|our|your)(?: [\p{L}\p{N}'’-]{1,16}){1,4}? (?:is|was)|(?:his|her|its) name (?:is|was)|(?:i am|i['’]m) using|i (?:use|used|set|chose|picked|put)|try|use|(?:sie|es|er|das|die) (?:ist|lautet|war|heißt)|c['’]est|es|è|é|het is|dat is)(?: (?:still|now|just|called|the word))?(?![\p{L}\p{N}])[\s:]{0,3})?/iuy
/** Replies that hold no value. */
const NO_VALUE =
  /(?<!\p{L})(?:don['’]?t|do not|can['’]?t|cannot|won['’]?t|will not|didn['’]?t|isn['’]?t|not|no|never|nobody|nope|sorry|forgot\w*|rather|refuse|why|what|where|who|how|ask|nothing|none|weiß|nicht|kein\w*|désolé\w*|pas|no lo|non|não|niet|geen)(?!\p{L})/iu

/**
 * The answer to a question that asks for a secret, where question and answer stand in two turns of a conversation:
 * "What is your password?", "hunter2". The answer alone says nothing, so the rule reads both.
 */
export const spokenAnswer: Rule = {
  name: 'spoken-answer',
  type: 'SECRET',
  anchors: SPOKEN_ANCHORS,
  turns: true,
  places: PLACES,
  find(text, hit, { places } = cluesOf(text)) {
    if (!text.includes('\n') && !text.includes('?')) return
    const marks = [...text.matchAll(NEXT)]
    const heads = marks.length === 0 ? [] : [...spokenHeads(text, places(0))]
    let passed = 0
    for (const next of marks) {
      while (passed < heads.length && (heads[passed] as Head).end <= next.index) passed++
      const reach = Math.max(0, next.index - QUESTION_MAX)
      const mark = text.slice(reach, next.index).lastIndexOf(TURN)
      const base = mark === -1 ? reach : reach + mark + TURN.length
      const last = heads[passed - 1]
      const head =
        last === undefined || last.start < base
          ? undefined
          : { ...last, start: last.start - base, end: last.end - base }
      const question = asked(text.slice(base, next.index), head, next[0].startsWith(TURN))
      const value = question === null ? null : answer(text, next.index + next[0].length, question)
      if (value !== null) hit(value.start, value.end, value.score)
    }
  },
}

/** The value in the turn that begins at `at`. */
function answer(text: string, at: number, { kind, user }: Question): Value | null {
  const [line = ''] = text.slice(at, at + ANSWER_MAX).split('\n', 1)
  const end = at + line.length
  const reply = line.trimEnd()
  if (reply === '') return null
  LEAD.lastIndex = at
  const lead = LEAD.exec(text)?.[0] ?? ''
  const from = at + lead.length
  const rest = reply.slice(lead.length)
  if (user) {
    const pair =
      /^["'`]?([\p{L}\p{N}._@+-]{2,48})["'`]?(?:\s?[/:,|]\s?|\s+(?:and\s+)?)["'`]?(\S{3,64}?)["'`]?[.,]?$/u.exec(rest)
    if (pair !== null && !isPredicate(pair[1] as string) && !isPredicate(pair[2] as string)) {
      const start = from + rest.lastIndexOf(pair[2] as string)
      return { start, end: start + (pair[2] as string).length, score: 0.8 }
    }
  }
  const value = valueAt(text, from, { kind, joint: 'reply', plain: true })
  // a word alone is believed where the reply says little else
  const little = value !== null && from + rest.length - value.end <= 48 && !NO_VALUE.test(rest)
  if (value !== null && (value.score >= 0.75 || little)) return value
  return few(rest, from, kind) ?? later(text, from, end, kind)
}

/** A reply of one or two words that say nothing else. */
function few(rest: string, from: number, kind: Kind): Value | null {
  const value = rest.replace(/[.!,;:\s]+$/, '')
  const words = value.split(/\s+/)
  if (value.length < 3 || words.length > 2 || kind === 'number' || isStandIn(value)) return null
  if (words.some((word) => isPredicate(word) || isWordOfSentence(word))) return null
  if (/[?\uFFFC(){}<>]|^https?:/.test(value) || !/[\p{L}\p{N}]/u.test(value) || /^\d{1,3}$/.test(value)) return null
  return { start: from, end: from + value.length, score: words.length === 1 ? 0.7 : 0.6 }
}

/** A value further back in a short reply, where only its form can tell it: digits, symbols, quotes. */
function later(text: string, from: number, end: number, kind: Kind): Value | null {
  for (const word of text.slice(from, end).matchAll(/(?<=[\s:,"'`“])[\S]{3,64}/gu)) {
    if (!/\d|[!#$%&*@_]\S|^["'`“«]/.test(word[0])) continue
    const value = valueAt(text, from + word.index, { kind, joint: 'copula', plain: true })
    if (value !== null && value.score >= 0.7) return value
  }
  return null
}
