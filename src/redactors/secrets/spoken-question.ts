import type { Head, Kind } from './spoken-head.ts'
import { IDENTIFIED, TOPIC } from './spoken-security.ts'

/** What a turn asks for. */
export interface Question {
  kind: Kind
  /** True where it asks for a user as well. */
  user: boolean
}

/** Asks for the value itself, up to its head. */
const ASKS =
  /(?<!\p{L})(?:what(?:['’]?s| is| was| are| were)?|which|authenticate|tell|give|gimme|send|share|provide|enter|type|confirm|need|want|have|know|remember|say|submit|input|spell|repeat|read|state|text|wie (?:lautet|ist|war|heißt)|welche\w*|was (?:ist|war)|nenn\w*|sag\w*|gib|geben|eingeben|bestätig\w*|brauche\w*|quel(?:le)? (?:est|était)|donne\w*|dis|dites|entre[rz]|saisis\w*|communique\w*|cu[aá]l (?:es|era)|dime|dame|diga\w*|introduzca|necesito|qual(?: è| é|['’]è| era)|dimmi|dammi|inserisci|diga-me|digite|informe|wat (?:is|was)|geef|zeg|voer)(?!\p{L})[^.!?\n]{0,90}$/iu
/** Asks about it. */
const ASKS_ABOUT =
  /(?<!\p{L})(?:how|why|where|who|whose|when|what (?:is|are) an?|what (?:does|do|happens|makes|should|kind|if)|which (?:password )?manager|tips?|joke|poem|story|write|generate|create|difference|explain|function|example|reset(?!\p{L})|forg[eo]t|changed?|wo|warum|wann|wer|comment|pourquoi|où|cómo|dónde|come|perché|dove|como|onde|hoe|waarom|waar)(?!\p{L})/iu
/** In front of a head that is asked for: it is a certain one. */
const CERTAIN =
  /(?:^|[.!?:\n,;]\s{0,3}|(?<!\p{L})(?:the|your|ur|my|our|his|her|its|that|this|what|which|a valid|dein\w*|ihr\w*|euer|die|das|den|der|ton|ta|votre|le|tu|su|tua?|sua?|il|la|el|o|a|je|jouw|uw|het|de|and|l['’]|six|\d))(?: ?[\p{L}\p{N}'’-]{1,20}){0,5} ?$/iu
/** Behind a head that is asked for: the end of the sentence, and no other question. */
const REST = /^[^.!?\n]{0,72}(?:[?.!:\n][^?]{0,100})?\??\s{0,3}$/u
/** The question is the head alone, or an open sentence: "Password:", "and the PIN?", "my password is". */
const ALONE = /^["”*_]{0,2}(?: (?:is|was|ist|est|es|è|é)| please| again| pls| bitte)?\s{0,2}[?:.…-]{0,3}\s{0,2}$/iu

/** In front of a head that stands alone. */
const ALONE_BEFORE =
  /^["“*_\s]{0,3}(?:(?:ok(?:ay)?|great|thanks|good|right|perfect)[,.!]? )?(?:(?:and|now|und|et|y|e|en) )?(?:(?:the|your|my|our|die|das|dein|mein|le|mon|la|mi|tu) )?(?:(?!(?:an?|is|are|does|do|no|not) )[\p{L}\p{N}'’-]{1,16} ){0,3}$/iu
/** Behind a head: what makes the sentence a request. */
const ASKS_BEHIND =
  /(?<!\p{L})(?:tell|read|send|say|know|nennen|sagen|geben|eingeben|mitteilen|confirm|is it|using|text(?:ed)?)(?!\p{L})/iu
/** Behind a head: it is another question. */
const OTHERWISE = /^ (?:for\s?\?|stands? for|in (?:this|the code|python|java)|means?|is used|used for)/i
/** Behind a head: "… what was it?" */
const ASKED_AGAIN = /what(?:['’]s| is| was) it(?: again)?\s?\?\s{0,3}$/i
const TOPIC_LAST = new RegExp(`(?:${TOPIC})[^.?!\\n]{0,40}[?:]\\s{0,3}$`, 'iu')
const SENTENCE_END = /[.!?:] |\n/g

/**
 * What the end of a turn asks for, or null.
 * @param turn its last few hundred characters
 * @param head the last one in them, its offsets in `turn`
 * @param marked false where only the name of a speaker parts the turns: then the question must show that it is one
 */
export function asked(turn: string, head: Head | undefined, marked: boolean): Question | null {
  if (head === undefined) return TOPIC_LAST.test(turn) && IDENTIFIED.test(turn) ? { kind: 'answer', user: false } : null
  const front = turn.slice(0, head.start)
  const begin = [...front.matchAll(SENTENCE_END)].at(-1)
  const sentence = begin === undefined ? front : front.slice(begin.index + begin[0].length)
  const rest = turn.slice(head.end)
  const question = { kind: head.kind, user: /user(?:name)?|login|benutzer|e-?mail/i.test(sentence) }
  if (ASKED_AGAIN.test(rest)) return question
  if (!head.sure || ASKS_ABOUT.test(sentence) || OTHERWISE.test(rest)) return null
  if (!marked && !/[?:.][\s"”*_]{0,4}$/.test(rest)) return null
  if (ALONE.test(rest) && ALONE_BEFORE.test(sentence)) return question
  if (!REST.test(rest) || !(head.kind === 'number' || CERTAIN.test(sentence))) return null
  return ASKS.test(front.slice(-140)) || ASKS_BEHIND.test(rest) ? question : null
}
