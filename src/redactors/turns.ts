import type { LogEvent } from '../core/event.ts'

export type Path = readonly (string | number)[]

/** A text of an event as a turn of its conversation, or as a part of one. */
export interface Turn {
  /** Where the string stands in the event. */
  path: Path
  /** Of which the turn is this range: all of it, or one string of JSON that was written as a string. */
  start: number
  end: number
  text: string
  /** Turns of one speaker are also read without those between. */
  speaker: string
}

/** Longer arguments are documents, and nobody's words. */
const ARGUMENTS_MAX = 1 << 15
/** Arguments that lie deeper are not read as turns, nor are more turns than this: the last ones are. */
const DEPTH = 6
const TURNS_MAX = 200

/** The turns of an event in their order: messages, or the parts of each; prompt; response; strings in the arguments of tools. */
export function turnsOf(event: LogEvent): readonly Turn[] {
  const turns: Turn[] = []
  const add = (path: Path, text: string, speaker: string, start = 0) => {
    if (text !== '') turns.push({ path, start, end: start + text.length, text, speaker })
  }
  for (const [at, { role, content }] of (event.messages ?? []).entries()) {
    if (typeof content === 'string') add(['messages', at, 'content'], content, role)
    else if (Array.isArray(content)) {
      for (const [k, part] of content.entries()) {
        if (typeof part === 'string') add(['messages', at, 'content', k], part, role)
        else if (typeof part?.text === 'string') add(['messages', at, 'content', k, 'text'], part.text, role)
      }
    }
  }
  if (event.prompt !== undefined) add(['prompt'], event.prompt, 'user')
  if (event.response !== undefined) add(['response'], event.response, 'assistant')
  for (const [at, call] of (event.tools_called ?? []).entries()) {
    if (typeof call === 'object') addStrings(add, ['tools_called', at, 'arguments'], call.arguments, 0)
  }
  return turns.slice(-TURNS_MAX)
}

function addStrings(
  add: (path: Path, text: string, speaker: string, start?: number) => void,
  path: Path,
  value: unknown,
  depth: number,
) {
  if (typeof value === 'string') {
    if (!/^\s{0,8}[[{]/.test(value) || value.length > ARGUMENTS_MAX) add(path, value, 'tool')
    else for (const [start, end] of literals(value)) add(path, value.slice(start, end), 'tool', start)
  } else if (typeof value === 'object' && value !== null && depth < DEPTH) {
    for (const [key, item] of Object.entries(value))
      addStrings(add, [...path, Array.isArray(value) ? Number(key) : key], item, depth + 1)
  }
}

/** Ranges of the strings of JSON, without the names of fields. Each character is read once, whatever the text. */
function* literals(json: string): Generator<[start: number, end: number]> {
  for (let open = json.indexOf('"'); open !== -1; ) {
    let close = open + 1
    while (close < json.length && json[close] !== '"') close += json[close] === '\\' ? 2 : 1
    if (close >= json.length) return
    if (!/^\s{0,8}:/.test(json.slice(close + 1, close + 10))) yield [open + 1, close]
    open = json.indexOf('"', close + 1)
  }
}

/** A copy in which the string at a path is another one; what the path does not touch is shared. */
export function withText<Value>(value: Value, [key, ...rest]: Path, text: string): Value {
  if (key === undefined) return text as Value
  if (Array.isArray(value)) return value.with(key as number, withText(value[key as number], rest, text)) as Value
  return { ...value, [key]: withText((value as Record<string, unknown>)[key], rest, text) }
}

/** The string at a path. */
export function textAt(value: unknown, path: Path): string {
  for (const key of path) value = (value as Record<string | number, unknown>)[key]
  return value as string
}
