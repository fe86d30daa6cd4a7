import type { LogEvent, RedactionNote } from '../../core/event.ts'
import type { Tagger } from '../placeholder.ts'
import { untaken } from '../untaken.ts'
import type { CanaryScan } from './canary-scan.ts'

/** Fields that hold no text. Nor do ids: the producer gives them, and one that is replaced would name nobody. */
const NO_TEXT: ReadonlySet<string> = new Set(['timestamp', 'status', 'event_type', 'redaction'])
/** Deeper, the redactor closes what is there. */
const DEPTH = 64
/** Type of the placeholder, and its name in the counts of the note. */
const TYPE = 'CANARY'

type Path = readonly (string | number)[]
/** Whose words a text is: the model's, its user's, or somebody's who may have planted it there. */
type Side = 'output' | 'input' | null

interface Seen {
  tenant: string
  event: LogEvent
  output: Set<string>
  input: Set<string>
  counts: { all: number; output: number }
}

/**
 * Marks an event that holds canaries before it is redacted: a placeholder stands for each wherever it is, in
 * names of members as well, and the note says which were given out by the model and which were said to it. Those in system prompts, documents and results of tools are
 * where they were planted, and are no news. An event without any comes back as it is.
 */
export function canaryMarks(scan: CanaryScan, tagger: Pick<Tagger, 'placeholder'>) {
  return (event: LogEvent, tenant: string): LogEvent => {
    const seen: Seen = { tenant, event, output: new Set(), input: new Set(), counts: { all: 0, output: 0 } }
    let marked: Record<string, unknown> | null = null
    for (const [name, value] of Object.entries(event)) {
      if (NO_TEXT.has(name) || name.endsWith('_id')) continue
      const kept = walked(seen, value, [name])
      if (kept !== value) {
        marked ??= { ...event }
        marked[name] = kept
      }
    }
    if (marked === null) return event
    const { all, output } = seen.counts
    const note: Pick<RedactionNote, 'counts' | 'output' | 'canaries'> = {
      counts: { [TYPE]: all },
      ...(output > 0 && { output: { [TYPE]: output } }),
      ...(seen.output.size + seen.input.size > 0 && {
        canaries: {
          ...(seen.output.size > 0 && { output: [...seen.output].sort() }),
          ...(seen.input.size > 0 && { input: [...seen.input].sort() }),
        },
      }),
    }
    return { ...(marked as LogEvent), redaction: note } as LogEvent
  }

  function walked(seen: Seen, value: unknown, path: Path): unknown {
    if (typeof value === 'string') return textOf(seen, value, path)
    if (typeof value !== 'object' || value === null || path.length > DEPTH) return value
    let changed = false
    if (Array.isArray(value)) {
      const items = value.map((item, at) => {
        const kept = walked(seen, item, [...path, at])
        changed ||= kept !== item
        return kept
      })
      return changed ? items : value
    }
    const taken = new Set<string>()
    const members = Object.entries(value).map(([name, item]) => {
      const at = [...path, name]
      const shown = untaken(textOf(seen, name, at), taken)
      const kept = walked(seen, item, at)
      changed ||= kept !== item || shown !== name
      return [shown, kept] as const
    })
    return changed ? Object.fromEntries(members) : value
  }

  function textOf(seen: Seen, text: string, path: Path): string {
    const spans = scan(text, seen.tenant).sort((a, b) => a.start - b.start || b.end - a.end)
    if (spans.length === 0) return text
    const side = sideOf(seen.event, path)
    let out = ''
    let from = 0
    for (const { start, end, key } of spans) {
      if (side !== null) seen[side].add(key)
      if (end <= from) continue
      // one that begins within another is covered with it
      if (start >= from) {
        out += text.slice(from, start) + tagger.placeholder(seen.tenant, TYPE, key)
        seen.counts.all++
        if (side === 'output') seen.counts.output++
      }
      from = end
    }
    return out + text.slice(from)
  }
}

function sideOf({ messages, response }: LogEvent, [field, at, part]: Path): Side {
  if (field === 'response' || field === 'reasoning') return 'output'
  if (field === 'tools_called') return part === 'arguments' ? 'output' : null
  if (field === 'prompt' || field === 'rag_query') return 'input'
  if (field !== 'messages') return null
  const role = messages?.[Number(at)]?.role
  if (role === 'user') return 'input'
  // what the model said before is in an event of its own; the answer itself may come as the last message
  return role === 'assistant' && response === undefined && at === messages!.length - 1 ? 'output' : null
}
