import type { Random } from './random.ts'

/**
 * A text with choices. `[a|b|]` is one of its parts (nesting is allowed), `{name}` is filled from facts or words, a
 * backslash takes the next character as it stands.
 */
export type Phrase = readonly Piece[]
type Piece = string | { choices: readonly Phrase[] } | { slot: string }

/** What slots are filled from. */
export interface Vocabulary {
  /** Drawn once in a conversation: the order of the question is the order of the answer. */
  facts: Readonly<Record<string, readonly Phrase[] | ((random: Random) => string)>>
  /** Drawn anew at every use. */
  words: Readonly<Record<string, readonly Phrase[]>>
}

/** Facts of one conversation, by name; filled as they are first spoken of. */
export type Memory = Map<string, string>

/** Reads a template. Throws where a bracket is left open: a slip of whoever wrote the text. */
export function phrase(template: string): Phrase {
  let at = 0
  const read = (stop: string): Phrase => {
    const pieces: Piece[] = []
    let text = ''
    const flush = () => {
      if (text !== '') pieces.push(text)
      text = ''
    }
    for (; at < template.length && !stop.includes(template[at]!); at++) {
      const char = template[at]!
      if (char === '\\') text += template[++at] ?? ''
      else if (char === '{') {
        flush()
        const end = template.indexOf('}', at)
        if (end < 0) throw new Error(`slot left open in template: ${template}`)
        pieces.push({ slot: template.slice(at + 1, end) })
        at = end
      } else if (char === '[') {
        flush()
        const choices: Phrase[] = []
        do {
          at++
          choices.push(read('|]'))
        } while (template[at] === '|')
        if (template[at] !== ']') throw new Error(`choice left open in template: ${template}`)
        pieces.push({ choices })
      } else text += char
    }
    flush()
    return pieces
  }
  return read('')
}

/** Reads a list of templates. */
export function phrases(templates: readonly string[]): readonly Phrase[] {
  return templates.map(phrase)
}

/** Speaks a phrase. Throws where a slot names neither a fact nor a word. */
export function say(spoken: Phrase, vocabulary: Vocabulary, memory: Memory, random: Random): string {
  let out = ''
  for (const piece of spoken) {
    if (typeof piece === 'string') out += piece
    else if ('choices' in piece) out += say(random.pick(piece.choices), vocabulary, memory, random)
    else out += fill(piece.slot, vocabulary, memory, random)
  }
  return out
}

function fill(slot: string, vocabulary: Vocabulary, memory: Memory, random: Random): string {
  const known = memory.get(slot)
  if (known !== undefined) return known
  const word = vocabulary.words[slot]
  if (word !== undefined) return say(random.pick(word), vocabulary, memory, random)
  const fact = vocabulary.facts[slot]
  if (fact === undefined) throw new Error(`no fact or word is named ${slot}`)
  const value = typeof fact === 'function' ? fact(random) : say(random.pick(fact), vocabulary, memory, random)
  memory.set(slot, value)
  return value
}

/** Every word that a phrase may come to, apart from what its slots add. */
export function literals(spoken: Phrase): string {
  return spoken
    .map((piece) => (typeof piece === 'string' ? piece : 'slot' in piece ? ' ' : piece.choices.map(literals).join(' ')))
    .join(' ')
}

/** Names of all slots in a phrase, for checks. */
export function slotsOf(spoken: Phrase): string[] {
  return spoken.flatMap((piece) =>
    typeof piece === 'string' ? [] : 'slot' in piece ? [piece.slot] : piece.choices.flatMap(slotsOf),
  )
}
