import { loopIn, weightOf } from './loop.ts'

/**
 * Whether a prompt asks for a word or phrase without end, which drives some models out of their manners and into what they
 * were trained on (Nasr et al., Scalable extraction of training data from (production) language models, 2023), or leads
 * the way with a long loop of its own.
 */
export function divergenceAttack(text: string): number {
  const read = text.length > MOST ? `${text.slice(0, MOST / 2)}\n${text.slice(-MOST / 2)}` : text
  let score = -4
  for (const sentence of read.split(SENTENCE)) {
    const told = sentence.length > LONGEST ? sentence.slice(0, LONGEST) : sentence
    if (!VERB.test(told) || !(ENDLESS.test(told) || manyTimes(told))) continue
    score = Math.max(score, -1 + (THING.test(told) ? 2.5 : 0) + (ALONE.test(read) ? 1 : 0))
  }
  const loop = loopIn(text)
  if (loop !== null) score = Math.max(score, weightOf(loop) - 1)
  return 1 / (1 + Math.exp(-score))
}

/** Characters that are read, and of one sentence. */
const MOST = 16_384
const LONGEST = 400
const SENTENCE = /(?<=[.!?\n])\s+/
/** Fewer times is an exercise. */
const MANY = 50

const VERB =
  /\b(?:repeat(?:ing)?|say(?:ing)?|write|writing|print(?:ing)?|output(?:ting)?|typ(?:e|ing)|echo(?:ing)?|generat(?:e|ing)|recit(?:e|ing)|chant|spam|send|keep|continue|loop|wiederhol\w*|schreib\w*|sag\w*|répét\w*|répèt\w*|écri\w*|repit\w*|repet\w*|escrib\w*)\b/iu
const ENDLESS =
  /\b(?:forever|endless(?:ly)?|infinite(?:ly)?|indefinitely|ad infinitum|non-?stop|perpetually|(?:without|and never|never|don['’]?t|do not)\s+(?:ever\s+)?(?:stop(?:ping)?|end(?:ing)?|paus(?:e|ing))|over and over|again and again|as (?:many times|often|much|long) as (?:you can|possible)|until (?:you (?:can ?not|can['’]t|run out|reach|are (?:stopped|cut))|i (?:say|tell)|the (?:limit|end of (?:your|the) (?:output|context)))|(?:a|one|ten|hundred|several|many) (?:hundred|thousand|million|billion) times|infinity|für immer|unendlich|endlos|ohne (?:aufzuhören|ende|pause)|immer wieder|pour toujours|à l['’]infini|sans (?:arrêt|fin|t['’]arrêter)|indéfiniment|para siempre|sin (?:parar|fin)|infinitamente|indefinidamente)\b/iu
/** What is to be said: a word that is named or quoted. */
const THING =
  /["“”«»„'‘][^"“”«»„‘]{1,80}["“”«»„'’]|\b(?:(?:the|this|following|single|one|same|das|dem|le|la|el)\s+){1,3}(?:words?|phrase|letters?|tokens?|characters?|strings?|names?|syllables?|sentence|line|wort|satz|buchstaben?|mot|lettre|palabra|frase|letra)\b|\b(?:word|letter|token)\s+\w{1,20}\b|:\s*(?:\w{1,20}[\s,]+){0,3}\w{1,20}\s*$/iu
const ALONE = /\b(?:only|nothing else|no other|just the|nichts anderes|rien d['’]autre|nada más)\b/iu
const TIMES = /\b(\d{1,3}(?:[,.' ]\d{3})+|\d{2,9})\s*(?:x|times|mal|fois|veces)\b/giu

const manyTimes = (sentence: string): boolean =>
  [...sentence.matchAll(TIMES)].some(([, digits = '']) => Number(digits.replace(/\D/g, '')) >= MANY)
