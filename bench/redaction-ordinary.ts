import type { Span } from '../src/redactors/scan.ts'

/** What the rules change in texts in which next to nothing is sensitive. */
export interface OrdinaryReport {
  texts: number
  /** Texts with a part of the kind, per 1,000 texts: every one counts as false, although some are true. */
  perThousand: { secrets: number; checked: number; contact: number; people: number }
  /** Texts by type of what was found. */
  byType: Record<string, number>
}

interface Row {
  prompt?: string
  response?: string
  turns?: { content: string }[]
}

const KINDS = {
  secrets: /^(?:SECRET|API_KEY|PRIVATE_KEY|JWT|AUTHORIZATION|URL_CREDENTIALS|PASSWORD\w*|PIN|SEED_PHRASE)$/,
  contact: /^(?:EMAIL|PHONE|IP|MAC|URL)$/,
  people: /^(?:PERSON|ADDRESS|DATE_OF_BIRTH|MEDICAL_RECORD)$/,
} as const

/**
 * @param most texts are looked at, drawn evenly: prompts and answers count as one text each, equal ones once
 */
export function measureOrdinary(
  scan: (text: string) => readonly Span[],
  sets: ReadonlyMap<string, readonly Row[]>,
  most: number,
): OrdinaryReport {
  const distinct = new Set<string>()
  for (const row of [...sets.values()].flat()) {
    for (const text of [row.prompt, row.response, ...(row.turns ?? []).map(({ content }) => content)])
      if (text !== undefined && text !== '') distinct.add(text)
  }
  const all = [...distinct]
  const step = Math.max(1, all.length / most)
  const byType: Record<string, number> = {}
  const kinds = { secrets: 0, checked: 0, contact: 0, people: 0 }
  let texts = 0
  for (let at = 0; at < all.length; at += step) {
    texts++
    const types = new Set(scan(all[Math.floor(at)] as string).map(({ type }) => type))
    for (const type of types) byType[type] = (byType[type] ?? 0) + 1
    for (const kind of new Set([...types].map(kindOf))) kinds[kind]++
  }
  const perThousand = Object.fromEntries(
    Object.entries(kinds).map(([kind, n]) => [kind, (1000 * n) / Math.max(texts, 1)]),
  ) as OrdinaryReport['perThousand']
  return { texts, perThousand, byType }
}

function kindOf(type: string): keyof OrdinaryReport['perThousand'] {
  for (const [kind, types] of Object.entries(KINDS)) if (types.test(type)) return kind as keyof typeof KINDS
  return 'checked'
}
