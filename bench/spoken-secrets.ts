import { createHash } from 'node:crypto'
import { RULES } from '../src/redactors/rules.ts'
import { createScan } from '../src/redactors/scan.ts'
import { TURN } from '../src/redactors/turn.ts'
import { type Share, shareOf } from './share.ts'
import { NEAR_MISSES } from './spoken-near-misses.ts'
import { patterned } from './spoken-patterns.ts'
import { SAID } from './spoken-said.ts'

/** Development: what the rules were written with. Held out: never looked at while they were, only counted. */
export type Part = 'development' | 'held-out'

/** A labelled text of our own. */
export interface SpokenText {
  text: string
  /** UTF-16 offsets of the secrets, end exclusive; none in a near-miss. */
  secrets: readonly (readonly [start: number, end: number])[]
  /** What kind of wording it is. */
  form: string
  part: Part
}

export interface SpokenReport {
  /** Secrets that were found: covered whole, with at most two characters (a quote, a full stop) beside them. */
  recall: Share
  /** Of all that was found in texts that say a secret and in near-misses: how much is such a secret. */
  precision: Share
  /** By form: recall of those that say secrets, and under `near: …` how many near-misses were left alone. */
  byForm: Record<string, Share>
}

/** Characters beside a secret that may be taken with it. */
const SLACK = 2

/**
 * Recall and precision on secrets said in prose: texts written singly and from patterns, about as many near-misses as
 * secrets. The held-out half is drawn by a hash of the text (of the pattern, where there is one), before any rule was
 * written, and no rule was changed for what it shows.
 */
export function evalSpokenSecrets(part: Part = 'held-out'): SpokenReport {
  const scan = createScan(RULES)
  const forms = new Map<string, { of: number; n: number }>()
  const count = (form: string, hit: boolean) => {
    const { of, n } = forms.get(form) ?? { of: 0, n: 0 }
    forms.set(form, { of: of + (hit ? 1 : 0), n: n + 1 })
  }
  let caught = 0
  let secrets = 0
  let right = 0
  let found = 0
  for (const { text, secrets: labelled, form, part: its } of spokenTexts()) {
    if (its !== part) continue
    const spans = scan(text).filter(({ type }) => type === 'SECRET')
    const fits = ([start, end]: readonly [number, number]) =>
      spans.filter((s) => s.start <= start && s.end >= end && s.start >= start - SLACK && s.end <= end + SLACK)
    for (const secret of labelled) {
      const hit = fits(secret).length > 0
      secrets++
      if (hit) caught++
      count(form, hit)
    }
    if (labelled.length === 0) count(`near: ${form}`, spans.length === 0)
    found += spans.length
    right += new Set(labelled.flatMap(fits)).size
  }
  return {
    recall: shareOf(caught, secrets),
    precision: shareOf(right, found),
    byForm: Object.fromEntries([...forms].map(([form, { of, n }]) => [form, shareOf(of, n)])),
  }
}

/** All texts of our own, of both parts. */
export function spokenTexts(): readonly SpokenText[] {
  const { said, near } = patterned()
  return [
    ...lined(SAID),
    ...said.map(({ text, pattern }) => labelled(text, 'pattern', pattern)),
    ...lined(NEAR_MISSES),
    ...near.map(({ text, pattern }) => labelled(text, 'pattern', pattern)),
  ]
}

function* lined(lines: string): Generator<SpokenText> {
  let form = ''
  for (const line of lines.split('\n')) {
    if (line.startsWith('# ')) form = line.slice(2)
    else if (line !== '') yield labelled(line, form, line)
  }
}

function labelled(marked: string, form: string, drawnBy: string): SpokenText {
  const secrets: [number, number][] = []
  let text = ''
  for (const piece of marked
    .replaceAll('¶', '\n')
    .replace(/\s*⏎\s*/g, TURN)
    .split(/(?=[⟦⟧])/)) {
    if (piece.startsWith('⟧')) (secrets.at(-1) as [number, number])[1] = text.length
    if (piece.startsWith('⟦')) secrets.push([text.length, text.length])
    text += piece.replace(/^[⟦⟧]/, '')
  }
  return { text, secrets, form, part: partOf(drawnBy) }
}

const partOf = (text: string): Part =>
  ((createHash('sha256').update(text).digest()[0] as number) & 1) === 0 ? 'development' : 'held-out'
