import { type Digest, FIGURES, type FigureName } from '../core/digest.ts'
import { once } from '../core/once.ts'
import { startOfDate } from '../core/window.ts'
import { count, figureText } from '../formats/digest/phrases.ts'

const NAMES: Record<FigureName, string> = {
  events: 'events',
  users: 'users',
  sessions: 'sessions',
  tokens_input: 'tokens in',
  tokens_output: 'tokens out',
  cost_usd: 'cost',
  errors: 'errors',
  refusals: 'refusals',
  blocked: 'blocked requests',
}

const WEEKDAY = once(() => new Intl.DateTimeFormat('en-GB', { weekday: 'long', timeZone: 'UTC' }))

/** The day in a sentence or three: what to look at, how much there was, what was unlike other days. */
export function headlineOf(day: Pick<Digest, 'date' | 'complete' | 'figures' | 'findings'>): string {
  return [attention(day), volume(day), unusual(day)].filter((sentence) => sentence !== '').join(' ')
}

function attention({ findings }: Pick<Digest, 'findings'>): string {
  const { total, by_severity } = findings
  if (total === 0) return 'No findings.'
  const { critical, high } = by_severity
  const worst = critical > 0 ? { n: critical, word: 'critical' } : { n: high, word: 'high' }
  const things = `${count(total)} finding${total === 1 ? '' : 's'} to look at`
  if (worst.n === 0) return `${things}.`
  return total === 1
    ? `1 finding to look at, of ${worst.word} severity.`
    : `${things}, ${count(worst.n)} of them ${worst.word}.`
}

function volume({ date, complete, figures }: Pick<Digest, 'date' | 'complete' | 'figures'>): string {
  const { value, usual, verdict } = figures.events
  if (value === 0)
    return usual === null || usual.median === 0
      ? 'No event came in.'
      : `No event came in, where ${count(usual.median)} are usual.`
  const who =
    figures.users.value === 0 ? '' : ` from ${count(figures.users.value)} user${figures.users.value === 1 ? '' : 's'}`
  const what = `${count(value)} event${value === 1 ? '' : 's'}${who}`
  if (!complete) return `${what} so far.`
  if (usual === null || verdict === null) return `${what}.`
  const weekday = WEEKDAY().format((startOfDate(date) ?? 0) / 1000)
  const like = usual.against === 'weekday' ? `a ${weekday}` : 'the days before'
  if (verdict === 'usual') return `${what}, as usual for ${like}.`
  return `${what}, where ${figureText('events', usual.median)} are usual for ${like}.`
}

function unusual({ figures }: Pick<Digest, 'figures'>): string {
  if (figures.events.value === 0) return ''
  const off = (verdict: 'above' | 'below') =>
    FIGURES.filter((name) => name !== 'events' && figures[name].verdict === verdict)
  const clauses = (['above', 'below'] as const).flatMap((verdict) => {
    const names = off(verdict).map((name) => NAMES[name])
    return names.length === 0 ? [] : [`${verdict} usual: ${listed(names)}`]
  })
  return clauses.length === 0 ? '' : `${capital(clauses.join('; '))}.`
}

function listed(names: string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
