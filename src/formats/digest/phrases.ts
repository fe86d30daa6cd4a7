import type { Digest, DigestModel, DigestScore, Figure, FigureName, NotExamined } from '../../core/digest.ts'
import type { FindingStatus } from '../../core/finding.ts'
import { once } from '../../core/once.ts'
import { parseTime } from '../../core/window.ts'
import { cut, plain } from '../plain.ts'

/** Words and numbers that every way of writing a digest shares. All of them are plain text, not yet escaped. */

const whole = once(() => new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 }))
const short = once(() => new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 }))
const money = once(() => new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }))
const day = once(
  () =>
    new Intl.DateTimeFormat('en-GB', {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      timeZone: 'UTC',
    }),
)
const shortDay = once(() => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }))

export const LABELS: Record<FigureName, string> = {
  events: 'Events',
  users: 'Users',
  sessions: 'Sessions',
  tokens_input: 'Tokens in',
  tokens_output: 'Tokens out',
  cost_usd: 'Cost',
  errors: 'Errors',
  refusals: 'Refusals',
  blocked: 'Blocked',
}

/** Heading of what only admins see. */
export const INSIDERS_TITLE = 'How analysts read (for admins alone)'

export const STATUS_WORDS: Record<FindingStatus, string> = {
  new: 'new',
  acknowledged: 'acknowledged',
  resolved: 'resolved',
  false_positive: 'false positive',
}

/** `Thursday, 15 January 2026` */
export function dayOf(iso: string): string {
  const ts = parseTime(iso)
  return ts === null ? plain(iso) : day().format(ts / 1000)
}

/** `15 Jan` */
export function shortDayOf(iso: string): string {
  const ts = parseTime(iso)
  return ts === null ? plain(iso) : shortDay().format(ts / 1000)
}

/** `2026-01-15 17:45 UTC` */
export function minuteOf(iso: string): string {
  return parseTime(iso) === null ? plain(iso) : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}

/** `1,234` below a hundred thousand, `1.2M` above. */
export function count(n: number): string {
  return Math.abs(n) < 1e5 ? whole().format(n) : short().format(n)
}

export function figureText(name: FigureName, value: number): string {
  return name === 'cost_usd' ? (value < 1e5 ? money().format(value) : `$${short().format(value)}`) : count(value)
}

/** `usually 1,180` or `too early to say what is usual`. */
export function usualText(name: FigureName, { usual }: Figure): string {
  return usual === null ? 'no usual yet' : `usually ${figureText(name, usual.median)}`
}

/** `+12%`; empty where there is no usual or it is nothing. */
export function changeText({ value, usual }: Figure): string {
  if (usual === null || usual.median === 0) return ''
  const share = Math.round((value / usual.median - 1) * 100)
  return share > 999
    ? `×${short().format(value / usual.median)}`
    : `${share > 0 ? '+' : share < 0 ? '−' : '±'}${Math.abs(share)}%`
}

export function percent(part: number, of: number): string {
  return of === 0 ? '–' : `${((part / of) * 100).toFixed(1)}%`
}

export function milliseconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 1e4 ? 2 : 1)} s`
}

/** A score, 0 to 100, cut to a whole number, so that it never shows as one of the band above. */
export function scoreText(score: number): string {
  return String(Math.floor(score))
}

/** Models shown: the busiest. */
const MODELS_SHOWN = 10

/** The busiest models of the day, and in words how many more there were; empty where these are all. */
export function busiest({ models }: Digest): { items: DigestModel[]; more: string } {
  const items = models.items.slice(0, MODELS_SHOWN)
  return { items, more: models.total > items.length ? `${count(models.total - items.length)} more models` : '' }
}

/** Why an entity is listed; empty where a finding on the same page says it. */
export function reasonText({ findings }: Digest, { entity_type, entity_id, reason }: DigestScore): string {
  const told = findings.items.some((f) => f.entity_type === entity_type && f.entity_id === entity_id)
  return told ? '' : plain(reason)
}

/** `user u-17`; a pseudonym says by itself what it is about. */
export function entityText(type: string, id: string, max = 64): string {
  const name = cut(plain(id) || '(empty)', max)
  return name.startsWith(`${type}:`) ? name : `${type.replace('_', ' ')} ${name}`
}

export function modelText({ model, model_version }: Pick<DigestModel, 'model' | 'model_version'>): string {
  const name = cut(plain(model), 64)
  return model_version === null ? name : `${name} · ${cut(plain(model_version), 32)}`
}

/** What kind of document this is: `Final`, `The day is over; late events may still change this`, `So far`. */
export function stateText({ closed, complete, generated_at }: Digest): string {
  const at = minuteOf(generated_at)
  if (closed) return `Final, made ${at}`
  return complete ? `As of ${at}; late events may still change it` : `The day so far, as of ${at}`
}

const NOT_EXAMINED: Record<NotExamined['what'], string> = {
  not_embedded: 'not yet read by meaning',
  not_baselined: 'not yet counted into baselines',
  without_text: 'without text',
  learning: 'users still being learnt',
  beyond_sample: 'beyond the sample',
  redaction_failed: 'with a field that redaction replaced whole',
}

export function notExaminedText({ what, n }: NotExamined): string {
  return what === 'learning' ? `${count(n)} ${NOT_EXAMINED[what]}` : `${count(n)} events ${NOT_EXAMINED[what]}`
}

/** Findings that are not shown, in words; empty where all are. */
export function moreFindings({ findings }: Digest): string {
  const more = findings.total - findings.items.length
  const parts = [
    more > 0 ? `${count(more)} more in the list of findings` : '',
    findings.closed > 0 ? `${count(findings.closed)} closed already` : '',
  ]
  return parts.filter((part) => part !== '').join('; ')
}
