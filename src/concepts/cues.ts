import type { SparseVector } from './features.ts'
import { hashOfWord } from './word-scan.ts'

/**
 * Cues to an attack on a model that hold across its wordings, in three blocks: kinds of words ("ignore" and "disregard"
 * are one); which kind follows which within a few words ("ignore … rules" is not "rules … ignore"); and the form of the
 * text, such as forged turns, fences, shares of capitals and symbols, repetition. The first two have unit length, unless
 * they are empty; of the form, each value is 0 to 1, or a little more.
 * @param hashes of the words, by sentencesOf
 */
export function cuesOf(text: string, hashes: readonly number[]): SparseVector {
  const kinds = new Float32Array(KINDS)
  const pairs = new Float32Array(KINDS * KINDS)
  // kinds of the last WITHIN words, -1 for none
  const recent = new Int8Array(WITHIN).fill(-1)
  let [known, you, most] = [0, 0, 0]
  const counts = new Map<number, number>()
  for (let at = 0; at < hashes.length; at++) {
    const hash = hashes[at]!
    const count = (counts.get(hash) ?? 0) + 1
    counts.set(hash, count)
    if (count > most) most = count
    const kind = KIND_OF.get(hash) ?? -1
    if (kind >= 0) {
      known++
      if (kind === ADDRESSED) you++
      kinds[kind]!++
      for (let i = 0; i < WITHIN; i++) {
        const before = recent[i]!
        if (before >= 0 && before !== kind) pairs[before * KINDS + kind]!++
      }
    }
    recent[at % WITHIN] = kind
  }
  const words = hashes.length || 1
  const index: number[] = []
  const value: number[] = []
  const add = (first: number, block: Float32Array | readonly number[]) => {
    for (let i = 0; i < block.length; i++) {
      if (block[i] === 0) continue
      index.push(first + i)
      value.push(block[i]!)
    }
  }
  add(0, scaled(kinds))
  add(KINDS, scaled(pairs))
  add(KINDS + KINDS * KINDS, [
    ...FORMS.map((pattern) => Math.min(1, Math.log1p(text.match(pattern)?.length ?? 0) / 3)),
    ...charactersOf(text),
    1 - counts.size / words,
    words > SHORT ? most / words : 0,
    known / words,
    (5 * you) / words,
  ])
  return { index: Int32Array.from(index), value: Float32Array.from(value) }
}

/** Words that mean much the same to a model that is attacked. Kept short of common words that say nothing of it. */
const WORDS: Readonly<Record<string, string>> = {
  override:
    'ignore disregard forget override overrule bypass discard drop skip neglect overlook erase delete reset cancel void abandon dismiss replace supersede superseded overridden ignoring forgetting disregarding bypassing circumvent',
  rules:
    'instruction instructions rule rules guideline guidelines directive directives prompt prompts policy policies command commands order orders restriction restrictions limitation limitations constraint constraints safeguard safeguards filter filters protocol protocols programming regulations safety censorship',
  before:
    'previous prior above earlier preceding before foregoing original initial initially past already former existing old so',
  role: 'act acting pretend pretending roleplay role simulate simulating simulator simulation imagine persona character impersonate become play playing embody emulate mode named called behave immerse',
  unbound:
    'unfiltered unrestricted uncensored amoral unethical immoral illegal unlimited unbound jailbroken jailbreak jailbroke dan evil restricted unlocked liberated free freed freedom nsfw explicit offensive unhinged raw',
  norms:
    'ethical ethics moral morals morality legal law laws legality consent harmful dangerous warning warnings disclaimer disclaimers apologize apologise apologies refuse refuses refusing decline reject comply complies appropriate inappropriate',
  must: 'must always never only cannot should shall required mandatory strictly under ever regardless',
  now: 'now henceforth onward onwards new following next instead anymore longer starting begin',
  reveal:
    'reveal print show output repeat tell say display leak disclose dump echo write respond reply answer recite share expose return give list',
  secret:
    'password passwords passcode passphrase key keys token tokens credential credentials secret secrets code access confidential hidden internal private',
  you: "you your you're yourself you'll yours u ur",
  machine:
    'ai chatbot chatgpt gpt model assistant llm bot system openai developer developers admin administrator anthropic claude user',
  exchange: 'response responses answer answers reply replies question questions request requests message query output',
  fiction: 'hypothetical fictional story novel scene fiction imaginary movie script game world dream',
  send: 'send forward upload post email exfiltrate transmit include insert append embed add incorporate attach integrate link click',
  all: 'anything everything any all every no none without nothing whatever',
}

const NAMES = Object.keys(WORDS)
const KINDS = NAMES.length
const ADDRESSED = NAMES.indexOf('you')
/** A word of two kinds is of the later one. */
const KIND_OF: ReadonlyMap<number, number> = new Map(
  NAMES.flatMap((name, kind) => WORDS[name]!.split(' ').map((word): [number, number] => [hashOfWord(word), kind])),
)
/** Words between which one kind counts as followed by another. */
const WITHIN = 5
/** Up to so many words, none is repeated often. */
const SHORT = 8

/** None of them backtracks over more than its own bounded match. */
const FORMS: readonly RegExp[] = [
  // special tokens of chat templates, and tags that look like them
  /<\|[a-z_]{1,40}\|>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:system|assistant|user|human|s|instructions?|prompt)>/gi,
  // a line that begins like a turn
  /^[\s#*>[-]{0,8}(?:system|assistant|user|human|ai|admin|developer)(?: (?:message|prompt|note))?[\]*]{0,4} ?[:=]/gim,
  // a line that begins with a rule or quotes
  /^[ \t]{0,8}(?:[-=#*_~]{3}|["'`]{3})/gm,
  /\b(?:end|begin|start|stop|new) (?:of )?(?:the )?(?:simulation|prompt|input|instructions?|system|conversation|session|document|text|context|user)\b/gi,
  // blanks of a template
  /\[[^\]\n]{3,40}\]|\{[^}\n]{2,40}\}/g,
  /```/g,
  /https?:\/\/|www\./gi,
  /!\[[^\]\n]{0,80}\]\(http/gi,
  /<!--|-->/g,
  // base64, hexadecimal, and characters that cannot be seen
  /[A-Za-z0-9+/]{40}/g,
  /(?:\b[0-9a-f]{2}\b ?){8}/gi,
  /[\u200b-\u200f\u2060\ufeff\u00ad\u{e0000}-\u{e007f}]/gu,
  /\b(?:import|os\.|subprocess|requests\.|curl|wget|exec|eval|socket)\b/g,
]

/** Shares of capitals among the letters of ASCII, of digits and of symbols among all characters; the longest word, 60 is 1. */
function charactersOf(text: string): number[] {
  let [letters, capitals, digits, symbols, longest, run] = [0, 0, 0, 0, 0, 0]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const small = code >= 0x61 && code <= 0x7a
    const capital = code >= 0x41 && code <= 0x5a
    const digit = code >= 0x30 && code <= 0x39
    if (small || capital) letters++
    if (capital) capitals++
    if (digit) digits++
    if (small || capital || digit) run++
    else {
      if (!PLAIN.has(code)) symbols++
      run = 0
    }
    longest = Math.max(longest, run)
  }
  const length = text.length || 1
  return [capitals / (letters || 1), digits / length, symbols / length, Math.min(1, longest / 60)]
}

const PLAIN: ReadonlySet<number> = new Set(Array.from(' \n\t\r.,;:\'"!?()-_', (one) => one.charCodeAt(0)))

/** Sizes of the blocks of cuesOf, in order. */
export const CUE_BLOCKS: readonly number[] = [KINDS, KINDS * KINDS, FORMS.length + 8]

/** To unit length, what occurs often damped; all zero where nothing does. In place. */
function scaled(counts: Float32Array): Float32Array {
  let squares = 0
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue
    counts[i] = 1 + Math.log(counts[i]!)
    squares += counts[i]! ** 2
  }
  const length = Math.sqrt(squares) || 1
  for (let i = 0; i < counts.length; i++) counts[i]! /= length
  return counts
}
