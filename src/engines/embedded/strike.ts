import type { Json } from '../../core/ports.ts'

/** What stands for a name that was struck out. */
export const STRUCK = '[erased]'

/** Names that are to be struck out of documents, by what they name. */
export interface Names {
  event: ReadonlySet<string>
  user: ReadonlySet<string>
  session: ReadonlySet<string>
  ip: ReadonlySet<string>
}

/** Member that holds numbers of a model in letters, which spell names by chance. */
const NUMBERS = 'weights'
/** Shorter ones are words and numbers of any sentence. */
const LEAST_CHARACTERS = 4
/** Names that are looked for inside of sentences; beyond so many only whole values are. */
const MOST_PATTERNS = 500

/**
 * Strikes names out of a document: members that hold an id (`user_id`, `event_ids`, `entity_id` of its `entity_type`,
 * `entity`), and whole words of any other text. Gives the same value where it holds none of them.
 */
export function striker(names: Names): (value: Json) => Json {
  const words = [...names.user, ...names.session, ...names.ip].filter((name) => name.length >= LEAST_CHARACTERS)
  const pattern = words.length === 0 || words.length > MOST_PATTERNS ? null : patternOf(words)

  function inText(text: string): string {
    const struck = text.replace(/[^\s"'(),;]{4,}/g, (word) => (names.event.has(word) ? STRUCK : word))
    return pattern === null ? struck : struck.replace(pattern, STRUCK)
  }

  function named(type: string | null, text: string): string {
    if (type !== null && (names[type as keyof Names] as ReadonlySet<string> | undefined)?.has(text)) return STRUCK
    const [, of, id] = /^(user|session|ip):(.*)$/su.exec(text) ?? []
    if (of !== undefined && names[of as keyof Names].has(id!)) return `${of}:${STRUCK}`
    return inText(text)
  }

  function strike(value: Json, type: string | null): Json {
    if (typeof value === 'string') return named(type, value)
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) {
      const items = value.map((item) => strike(item, type))
      if (items.every((item, at) => item === value[at])) return value
      // a list of ids is shorter by those that are gone
      return type === null ? items : items.filter((item) => item !== STRUCK)
    }
    const members = Object.entries(value).map(([name, item = null]): [string, Json] => {
      if (name === NUMBERS) return [name, item]
      const of =
        name === 'entity_id' ? String(value.entity_type) : (TYPES[name] ?? (/event_ids?$/.test(name) ? 'event' : null))
      return [name, strike(item, of)]
    })
    return members.every(([name, item]) => item === (value[name] ?? null)) ? value : Object.fromEntries(members)
  }

  return (value) => strike(value, null)
}

/** What members of documents name. */
const TYPES: Readonly<Record<string, keyof Names>> = {
  user_id: 'user',
  user: 'user',
  users: 'user',
  session_id: 'session',
  session: 'session',
  sessions: 'session',
  ip_address: 'ip',
  ip: 'ip',
}

/** Any of some words, not inside of others. */
function patternOf(words: readonly string[]): RegExp {
  const any = words.toSorted((a, b) => b.length - a.length).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${any.join('|')})(?![\\p{L}\\p{N}_])`, 'gu')
}
