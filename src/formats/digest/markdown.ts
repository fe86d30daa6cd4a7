import { type Digest, type DigestFinding, type DigestWriter, FIGURES } from '../../core/digest.ts'
import { markdownText as md } from '../markdown-text.ts'
import { cut } from '../plain.ts'
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

/** GitHub-flavoured Markdown. Text of others is escaped character by character, so it stays text, links included. */
export const markdown: DigestWriter = {
  name: 'markdown',
  mediaType: 'text/markdown; charset=utf-8',
  write: (digest) =>
    `${[head(digest), findings(digest), insiders(digest), figures(digest), scores(digest), models(digest), rest(digest)]
      .filter((part) => part !== '')
      .join('\n\n')}\n`,
}

function head(digest: Digest): string {
  const about = digest.tenant_id === null ? '' : `\n\nTenant **${md(cut(digest.tenant_id, 64))}**`
  return `# Undercurrent: ${dayOf(digest.from)}${about}\n\n${md(digest.headline)}\n\n_${stateText(digest)}_`
}

function findings(digest: Digest): string {
  const { items } = digest.findings
  const more = moreFindings(digest)
  const body = items.length === 0 ? 'No findings.' : listed(items)
  return `## What to look at\n\n${body}${more === '' ? '' : `\n\n${more}`}`
}

function insiders({ insiders: items = [] }: Digest): string {
  return items.length === 0 ? '' : `## ${INSIDERS_TITLE}\n\n${listed(items)}`
}

function listed(findings: readonly DigestFinding[]): string {
  const items = findings.map((f, i) => {
    const since = f.fresh ? 'new today' : `since ${shortDayOf(f.since)}`
    const facts = [entityText(f.entity_type, f.entity_id), since, `score ${scoreText(f.score)}`, STATUS_WORDS[f.status]]
    const events = f.event_ids.length === 0 ? '' : `\n   Events: ${f.event_ids.map((id) => md(cut(id, 64))).join(', ')}`
    return `${i + 1}. **${f.severity}: ${md(f.title)}**  \n   ${md(f.evidence)}  \n   ${md(facts.join(' · '))}${events}`
  })
  return items.join('\n')
}

function figures(digest: Digest): string {
  const rows = FIGURES.map((name) => {
    const figure = digest.figures[name]
    const verdict =
      figure.verdict === 'above' || figure.verdict === 'below' ? `**${figure.verdict}**` : (figure.verdict ?? '')
    return [LABELS[name], figureText(name, figure.value), usualText(name, figure), changeText(figure), verdict]
  })
  return `## The day in numbers\n\n${table(['', 'day', 'usual', 'change', ''], rows)}`
}

function scores(digest: Digest): string {
  if (digest.scores.length === 0) return ''
  const rows = digest.scores.map((s) => [
    scoreText(s.score),
    s.severity,
    md(entityText(s.entity_type, s.entity_id)),
    md(reasonText(digest, s)),
  ])
  return `## Highest scores\n\n${table(['score', 'band', 'who', 'why'], rows)}`
}

function models(digest: Digest): string {
  const parts: string[] = []
  const { items, more } = busiest(digest)
  if (items.length > 0) {
    const rows = items.map((m) => [
      md(modelText(m)),
      count(m.events),
      percent(m.refusals, m.events),
      percent(m.errors, m.events),
      figureText('cost_usd', m.cost_usd),
    ])
    parts.push(
      `## Models\n\n${table(['model', 'events', 'refused', 'errors', 'cost'], rows)}${more === '' ? '' : `\n\n${more}`}`,
    )
  }
  if (digest.latency.length > 0) {
    const rows = digest.latency.map((l) => [md(cut(l.model, 64)), milliseconds(l.median_ms), milliseconds(l.p95_ms)])
    parts.push(`## Latency\n\n${table(['model', 'median', '95th percentile'], rows)}`)
  }
  if (digest.new_models.length > 0)
    parts.push(
      `## Seen for the first time\n\n${digest.new_models.map((m) => `- ${md(modelText(m))} (${count(m.events)} events)`).join('\n')}`,
    )
  return parts.join('\n\n')
}

function rest(digest: Digest): string {
  const parts: string[] = []
  if (digest.not_examined.length > 0)
    parts.push(
      `## Not examined\n\n${digest.not_examined.map((one) => `- ${notExaminedText(one)}: ${one.why}`).join('\n')}`,
    )
  const kinds = digest.redaction.by_type.map(({ type, n }) => `${md(type)} ${count(n)}`).join(', ')
  parts.push(
    `## Redacted before storage\n\n${digest.redaction.total === 0 ? 'Nothing.' : `${count(digest.redaction.total)}: ${kinds}`}`,
  )
  if (digest.jobs.length > 0) {
    const rows = digest.jobs.map((j) => [
      md(j.name),
      String(j.runs),
      String(j.failed),
      j.last_run === null ? '' : minuteOf(j.last_run),
    ])
    parts.push(`## Jobs\n\n${table(['job', 'runs', 'failed', 'last run'], rows)}`)
  }
  if (digest.ledger !== null)
    parts.push(
      `## Ledger\n\n${count(digest.ledger.size)} entries, root \`${digest.ledger.root.replace(/[^0-9a-f]/g, '')}\``,
    )
  return parts.join('\n\n')
}

function table(header: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}
