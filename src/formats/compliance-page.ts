import { CONTROLS, type ComplianceReport, type ControlReport } from '../core/compliance.ts'
import { markdownText as md } from './markdown-text.ts'
import { cut } from './plain.ts'

/** Longest value of evidence that is shown. */
const LONGEST = 300

/** A compliance report as GitHub-flavoured Markdown. Text of others stays text. */
export function compliancePage(report: ComplianceReport): string {
  return `${[head(report), overview(report), clauses(report), ...report.controls.map(control), checks(report)]
    .filter((part) => part !== '')
    .join('\n\n')}\n`
}

function head({ statement, preset, made_at, since, ledger, ok, controls }: ComplianceReport): string {
  const lost = controls.flatMap(({ state, title }) => (state === 'lost' ? [title] : []))
  const of = preset === null ? '' : `: ${preset}`
  const period = since === null ? 'of all time' : `since ${since}`
  return `# Compliance report${of}

**${md(statement)}**

Made at ${made_at}, of a ledger of ${ledger.entries} entries with the root hash ${md(ledger.root)}. Evidence of deeds is ${period}.
${ok ? 'No control is lost.' : `**Lost: ${lost.join(', ')}.**`}`
}

function overview({ controls }: ComplianceReport): string {
  const rows = controls.map(
    (one) =>
      `| ${md(one.title)} | ${one.state}${one.demanded ? ' (asked for)' : ''} | ${sinceOf(one)} | ${md(one.about)} |`,
  )
  return ['## Controls', '', '| control | state | since | how it stands |', '|---|---|---|---|', ...rows].join('\n')
}

/** What is known of since when, in words that claim no more. */
export function sinceOf({ since, since_from, not_known_before }: ControlReport): string {
  if (since !== null) return `${since} (${md(since_from ?? '')})`
  return `not known before ${not_known_before}`
}

function clauses({ clauses: all, preset }: ComplianceReport): string {
  if (preset === null) return ''
  const rows = all.map(({ clause, asks, needs, helps, state, remains }) => {
    const names = [...needs.map((name) => `**${CONTROLS[name].title}**`), ...helps.map((name) => CONTROLS[name].title)]
    return `| ${md(clause)} | ${md(asks)} | ${state} | ${names.join(', ')} | ${md(remains)} |`
  })
  return [
    '## Clauses',
    '',
    'Controls in bold are those that the clause is checked by; the others help.',
    '',
    '| clause | asks | state | what Undercurrent does | what remains for the organisation |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

function control(one: ControlReport): string {
  const evidence = Object.entries(one.evidence).map(
    ([name, value]) =>
      `| \`${name}\` | ${md(cut(typeof value === 'string' ? value : JSON.stringify(value), LONGEST))} |`,
  )
  return [
    `### ${md(one.title)}: ${one.state}`,
    '',
    `In this product ${md(one.does)}.`,
    ...one.faults.map((fault) => `\n**Lost:** ${md(fault)}.`),
    ...one.notes.map((note) => `\n*Look at:* ${md(note)}.`),
    '',
    '| evidence | |',
    '|---|---|',
    `| since | ${sinceOf(one)} |`,
    ...evidence,
  ].join('\n')
}

function checks({ checks: { runs, first, last, lost } }: ComplianceReport): string {
  if (runs === 0) return '## Nightly checks\n\nNo run of the job `compliance` is in the ledger for this period.'
  const names = Object.entries(lost).map(([name, n]) => `${name} in ${n}`)
  return `## Nightly checks

${runs} runs from ${first} to ${last}. Lost: ${names.length === 0 ? 'never' : md(names.join(', '))}.`
}
