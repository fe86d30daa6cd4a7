import { type Digest, type DigestFinding, type DigestWriter, FIGURES, type Figure } from '../../core/digest.ts'
import { cut, plain } from '../plain.ts'
import {
  busiest,
  changeText,
  count,
  dayOf,
  entityText,
  figureText,
  INSIDERS_TITLE,
  LABELS,
  milliseconds,
  minuteOf,
  modelText,
  moreFindings,
  notExaminedText,
  percent,
  reasonText,
  STATUS_WORDS,
  scoreText,
  shortDayOf,
  stateText,
  usualText,
} from './phrases.ts'

const WIDTH = 78
const BARS = '▁▂▃▄▅▆▇█'

/** Plain text for a terminal or a mail without markup: 78 columns, no control character but line feeds. */
export const text: DigestWriter = {
  name: 'text',
  mediaType: 'text/plain; charset=utf-8',
  write: (digest) =>
    `${[
      ...head(digest),
      ...findings(digest),
      ...insiders(digest),
      ...figures(digest),
      ...scores(digest),
      ...models(digest),
      ...rest(digest),
    ].join('\n')}\n`,
}

function head(digest: Digest): string[] {
  const about = digest.tenant_id === null ? [] : [`Tenant ${cut(plain(digest.tenant_id), 64)}`]
  return [
    `UNDERCURRENT  ${dayOf(digest.from)}`,
    ...about,
    '',
    ...wrap(plain(digest.headline)),
    ...wrap(stateText(digest)),
  ]
}

function findings(digest: Digest): string[] {
  const { items } = digest.findings
  const lines = [...section('What to look at'), ...(items.length === 0 ? ['No findings.'] : listed(items))]
  const more = moreFindings(digest)
  return more === '' ? lines : [...lines, '', ...wrap(more)]
}

function insiders({ insiders: items = [] }: Digest): string[] {
  return items.length === 0 ? [] : [...section(INSIDERS_TITLE), ...listed(items)]
}

function listed(items: readonly DigestFinding[]): string[] {
  const lines: string[] = []
  for (const [i, f] of items.entries()) {
    if (i > 0) lines.push('')
    lines.push(...wrap(`${f.severity.toUpperCase().padEnd(8)} ${plain(f.title)}`, 9))
    lines.push(...wrap(plain(f.evidence), 9, 9))
    const since = f.fresh ? 'new today' : `since ${shortDayOf(f.since)}`
    const facts = [entityText(f.entity_type, f.entity_id), since, `score ${scoreText(f.score)}`, STATUS_WORDS[f.status]]
    lines.push(...wrap(facts.join(' · '), 9, 9))
    if (f.event_ids.length > 0)
      lines.push(...wrap(`events ${f.event_ids.map((id) => cut(plain(id), 40)).join(', ')}`, 9, 9))
  }
  return lines
}

function figures(digest: Digest): string[] {
  const rows = FIGURES.map((name) => {
    const figure = digest.figures[name]
    const mark = figure.verdict === 'above' ? '▲' : figure.verdict === 'below' ? '▼' : ' '
    const cells = [
      LABELS[name].padEnd(11),
      figureText(name, figure.value).padStart(10),
      mark,
      usualText(name, figure).padEnd(20),
      changeText(figure).padStart(7),
    ]
    return `${cells.join(' ')}  ${spark(figure)}`.trimEnd()
  })
  return [...section('The day in numbers'), ...rows]
}

function scores(digest: Digest): string[] {
  if (digest.scores.length === 0) return []
  const rows = digest.scores.flatMap((s) => {
    const reason = reasonText(digest, s)
    const bar = '█'.repeat(Math.round(s.score / 10)).padEnd(10, '·')
    const first = `${scoreText(s.score).padStart(3)} ${bar} ${entityText(s.entity_type, s.entity_id, 48)}`
    return [first, ...(reason === '' ? [] : wrap(reason, 15, 15))]
  })
  return [...section('Highest scores'), ...rows]
}

function models(digest: Digest): string[] {
  const lines: string[] = []
  const { items, more } = busiest(digest)
  if (items.length > 0) {
    lines.push(
      ...section('Models'),
      `${'model'.padEnd(34)}${'events'.padStart(9)}${'refused'.padStart(10)}${'errors'.padStart(9)}${'cost'.padStart(12)}`,
    )
    for (const m of items)
      lines.push(
        `${cut(modelText(m), 33).padEnd(34)}${count(m.events).padStart(9)}${percent(m.refusals, m.events).padStart(10)}${percent(m.errors, m.events).padStart(9)}${figureText('cost_usd', m.cost_usd).padStart(12)}`,
      )
    if (more !== '') lines.push(more)
  }
  if (digest.latency.length > 0) {
    lines.push(...section('Latency'), `${'model'.padEnd(34)}${'median'.padStart(12)}${'95th'.padStart(12)}`)
    for (const l of digest.latency)
      lines.push(
        `${cut(plain(l.model), 33).padEnd(34)}${milliseconds(l.median_ms).padStart(12)}${milliseconds(l.p95_ms).padStart(12)}`,
      )
  }
  if (digest.new_models.length > 0)
    lines.push(
      ...section('Seen for the first time'),
      ...digest.new_models.map((m) => `${modelText(m)} (${count(m.events)} events)`),
    )
  return lines
}

function rest(digest: Digest): string[] {
  const lines: string[] = []
  if (digest.not_examined.length > 0) {
    lines.push(...section('Not examined'))
    for (const one of digest.not_examined) lines.push(...wrap(`${notExaminedText(one)}: ${one.why}`, 2))
  }
  lines.push(...section('Redacted before storage'))
  const kinds = digest.redaction.by_type.map(({ type, n }) => `${plain(type)} ${count(n)}`).join(', ')
  lines.push(...wrap(digest.redaction.total === 0 ? 'Nothing.' : `${count(digest.redaction.total)}: ${kinds}`, 2))
  if (digest.jobs.length > 0) {
    lines.push(...section('Jobs'))
    for (const j of digest.jobs)
      lines.push(
        `${cut(plain(j.name), 20).padEnd(21)}${count(j.runs)} runs, ${count(j.failed)} failed${j.last_run === null ? '' : `, last ${minuteOf(j.last_run)}`}`,
      )
  }
  if (digest.ledger !== null)
    lines.push(...section('Ledger'), `${count(digest.ledger.size)} entries, root`, digest.ledger.root)
  return lines
}

function section(title: string): string[] {
  return ['', title, '─'.repeat(title.length)]
}

/** The last 30 days as bars; a space where there was nothing to count yet. */
function spark({ series }: Figure): string {
  const most = Math.max(1e-9, ...series.map((n) => n ?? 0))
  return series
    .map((n) => (n === null ? ' ' : BARS[Math.round((n / most) * 7)]))
    .join('')
    .trimStart()
}

/** Breaks at spaces to the width; lines after the first are indented by `hang`, the first by `first`. */
function wrap(words: string, hang = 0, first = 0): string[] {
  const lines: string[] = []
  let line = ' '.repeat(first)
  let empty = true
  for (const word of words.split(' ')) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = ' '.repeat(hang)
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  return [...lines, line]
}
