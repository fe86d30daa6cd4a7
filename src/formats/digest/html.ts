import { type Digest, type DigestFinding, type DigestWriter, FIGURES, type FigureName } from '../../core/digest.ts'
import type { Severity } from '../../core/score.ts'
import { cut } from '../plain.ts'
import { type Markup, markup } from './markup.ts'
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
import { sparkline } from './sparkline.ts'

const COLOURS: Record<Severity, string> = {
  critical: '#a8201a',
  high: '#b8500a',
  medium: '#806300',
  low: '#456270',
  info: '#456270',
}

/** Bars, bright enough on either ground. */
const BARS: Record<Severity, string> = {
  critical: '#d0453d',
  high: '#d9762b',
  medium: '#b8931f',
  low: '#6f8d9b',
  info: '#6f8d9b',
}

/**
 * What a style attribute cannot say: the dark scheme and narrow screens. It never varies, so that a page which shows a
 * digest can allow it by its hash.
 */
export const DIGEST_STYLE = `
@media (prefers-color-scheme:dark){
.page{background:#0b1318!important;color:#e4edf2!important}
.card{background:#121d25!important;border-color:#22323c!important}
.ink{color:#e4edf2!important}.soft{color:#9db0bb!important}.deep{color:#6ccbe4!important}
.rule{border-color:#22323c!important}.track{background:#22323c!important}
.day{fill:#38525f!important}.now{fill:#6ccbe4!important}.usual{stroke:#9db0bb!important}
.above{color:#f4a66a!important}.below{color:#8fc0e8!important}}
@media (max-width:520px){
.tile{width:50%!important}.pad{padding-left:18px!important;padding-right:18px!important}.edge{padding:14px 0!important}
.card{border-radius:0!important;border-left:0!important;border-right:0!important}}
`

const FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
const MONO = 'font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace'
const INK = 'color:#10222e'
const SOFT = 'color:#556772'
const BREAK = 'overflow-wrap:anywhere;word-break:break-word'
const CELL = `padding:7px 0 7px 12px;border-top:1px solid #e1e8ec;font-size:13px;line-height:18px`
const NUMBER = `${CELL};text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums`

/** One page fit for a mail: tables and style attributes, nothing fetched, no script; light and dark, wide and narrow. */
export const html: DigestWriter = {
  name: 'html',
  mediaType: 'text/html; charset=utf-8',
  write: (digest) => page(digest).source,
}

function page(digest: Digest): Markup {
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><meta name="referrer" content="no-referrer">
<title>Undercurrent, ${dayOf(digest.from)}</title><style>${STYLE}</style></head>
<body class="page" style="margin:0;padding:0;background:#edf2f4;${FONT};${INK};-webkit-text-size-adjust:100%">
<table class="page" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#edf2f4"><tr><td class="edge" align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:680px;table-layout:fixed;text-align:left">
<tr><td>${head(digest)}${findings(digest)}${insiders(digest)}${figures(digest)}${scores(digest)}${models(digest)}${examined(digest)}${foot(digest)}</td></tr></table>
</td></tr></table></body></html>
`
}

/** Finished markup of our own: it holds no text of others. */
const STYLE = markup(Object.assign([DIGEST_STYLE], { raw: [DIGEST_STYLE] }))

function card(title: string | null, body: Markup): Markup {
  const heading =
    title === null
      ? null
      : markup`<h2 class="ink" style="margin:0 0 14px;font-size:16px;line-height:22px;font-weight:650;${INK}">${title}</h2>`
  return markup`<table class="card" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#ffffff;border:1px solid #dbe4e9;border-radius:10px;border-collapse:separate;table-layout:fixed;margin:0 0 14px"><tr><td class="pad" style="padding:22px 26px">${heading}${body}</td></tr></table>`
}

function head(digest: Digest): Markup {
  const tenant =
    digest.tenant_id === null
      ? null
      : markup`<p class="soft" style="margin:2px 0 0;font-size:14px;${SOFT};${BREAK}">Tenant <bdi>${cut(digest.tenant_id, 64)}</bdi></p>`
  return markup`<div class="pad" style="padding:6px 26px 22px">
<p class="deep" style="margin:0 0 14px;font-size:12px;line-height:16px;letter-spacing:2.4px;font-weight:700;color:#0b6e8a"><svg xmlns="http://www.w3.org/2000/svg" width="22" height="10" viewBox="0 0 22 10" aria-hidden="true" style="vertical-align:-1px;margin-right:8px"><path d="M1 3c3.3-3 6.700 3 10 0s6.700 3 10 0M1 8c3.300-3 6.700 3 10 0s6.700 3 10 0" fill="none" stroke="currentColor" stroke-width="1.600" stroke-linecap="round"/></svg>UNDERCURRENT</p>
<h1 class="ink" style="margin:0;font-size:27px;line-height:34px;font-weight:700;letter-spacing:-.4px;${INK}">${dayOf(digest.from)}</h1>${tenant}
<p class="ink" style="margin:10px 0 0;font-size:17px;line-height:26px;${INK};${BREAK}">${digest.headline}</p>
<p class="soft" style="margin:8px 0 0;font-size:13px;line-height:18px;${SOFT}">${stateText(digest)}</p></div>`
}

function findings(digest: Digest): Markup {
  const items = digest.findings.items.map(finding)
  const none = markup`<p class="soft" style="margin:0;font-size:15px;line-height:22px;${SOFT}">No findings.</p>`
  const more = moreFindings(digest)
  const rest =
    more === ''
      ? null
      : markup`<p class="soft" style="margin:14px 0 0;font-size:13px;line-height:18px;${SOFT}">${more}.</p>`
  return card('What to look at', markup`${items.length === 0 ? none : items}${rest}`)
}

function insiders({ insiders: items = [] }: Digest): Markup | null {
  return items.length === 0 ? null : card(INSIDERS_TITLE, markup`${items.map(finding)}`)
}

function finding(f: DigestFinding, i: number): Markup {
  const colour = COLOURS[f.severity]
  const since = f.fresh ? 'new today' : `since ${shortDayOf(f.since)}`
  const status = f.status === 'new' ? null : markup` · ${STATUS_WORDS[f.status]}`
  const events =
    f.event_ids.length === 0
      ? null
      : markup`<p class="soft" style="margin:5px 0 0;font-size:12px;line-height:17px;${MONO};${SOFT};${BREAK}">${f.event_ids.map((id) => cut(id, 48)).join('  ')}</p>`
  return markup`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:${i === 0 ? '0' : '18px 0 0'}"><tr>
<td style="width:4px;background:${colour};border-radius:3px;font-size:0">&#8203;</td><td style="padding:0 0 0 14px">
<p style="margin:0 0 5px;font-size:12px;line-height:18px"><span style="display:inline-block;padding:0 8px;border-radius:9px;background:${colour};color:#ffffff;font-weight:650;letter-spacing:.3px">${f.severity}</span><span class="soft" style="padding-left:9px;${SOFT}">score ${scoreText(f.score)} · ${since}${status}</span></p>
<p class="ink" style="margin:0;font-size:16px;line-height:22px;font-weight:600;${INK};${BREAK}">${f.title}</p>
<p class="deep" style="margin:1px 0 0;font-size:14px;line-height:20px;color:#0b6e8a;${BREAK}"><bdi>${entityText(f.entity_type, f.entity_id)}</bdi></p>
<p class="ink" style="margin:5px 0 0;font-size:14px;line-height:21px;${INK};${BREAK}">${f.evidence}</p>${events}</td></tr></table>`
}

function figures(digest: Digest): Markup {
  return card(
    'The day in numbers',
    markup`<div style="font-size:0;margin:-6px 0 -12px">${FIGURES.map((name) => tile(digest, name))}</div>`,
  )
}

function tile(digest: Digest, name: FigureName): Markup {
  const figure = digest.figures[name]
  const off = figure.verdict === 'above' || figure.verdict === 'below'
  const change = changeText(figure)
  const mark = figure.verdict === 'above' ? '▲' : figure.verdict === 'below' ? '▼' : ''
  const colour = figure.verdict === 'above' ? '#a2460a' : figure.verdict === 'below' ? '#2a5d8a' : '#556772'
  return markup`<div class="tile" style="display:inline-block;width:33.33%;vertical-align:top;font-size:13px"><div style="padding:6px 10px 14px 0">
<p class="soft" style="margin:0;font-size:13px;line-height:18px;${SOFT}">${LABELS[name]}</p>
<p class="ink" style="margin:0 0 7px;font-size:23px;line-height:29px;font-weight:650;letter-spacing:-.3px;font-variant-numeric:tabular-nums;${INK}">${figureText(name, figure.value)}</p>
${sparkline(figure)}
<p class="soft" style="margin:6px 0 0;font-size:12px;line-height:17px;${SOFT}"><span class="${off ? figure.verdict : 'soft'}" style="color:${colour};font-weight:${off ? '700' : '400'}">${mark}${change}</span>${change === '' ? null : markup` &#183; `}${usualText(name, figure)}</p></div></div>`
}

function scores(digest: Digest): Markup | null {
  if (digest.scores.length === 0) return null
  const rows = digest.scores.map((s) => {
    const change =
      s.change === null || Math.round(s.change) === 0
        ? null
        : `${s.change > 0 ? '+' : '−'}${Math.abs(Math.round(s.change))}`
    const reason = reasonText(digest, s)
    const why = reason === '' ? null : markup`<br><span class="soft" style="${SOFT}">${reason}</span>`
    const width = Math.max(2, Math.min(100, Math.round(s.score)))
    return markup`<tr><td class="rule ink" style="${CELL};padding-left:0;${INK};${BREAK}"><bdi>${entityText(s.entity_type, s.entity_id)}</bdi>${why}</td>
<td class="rule" width="26%" style="${CELL};vertical-align:top"><div class="track" style="margin-top:5px;height:8px;border-radius:4px;background:#e1e8ec"><div style="height:8px;border-radius:4px;width:${width}%;background:${BARS[s.severity]};font-size:0">&#8203;</div></div></td>
<td class="rule ink" style="${NUMBER};vertical-align:top;font-weight:650;${INK}">${scoreText(s.score)} <span class="soft" style="font-weight:400;${SOFT}">${change}</span></td></tr>`
  })
  return card(
    'Highest scores',
    markup`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin-top:-6px">${rows}</table>`,
  )
}

function models(digest: Digest): Markup | null {
  const { items, more } = busiest(digest)
  if (items.length === 0) return null
  const latency = new Map(digest.latency.map((l) => [l.model, l]))
  const fresh = new Set(digest.new_models.map(modelText))
  const headings = ['Events', 'Refused', 'Errors', 'Median', '95th', 'Cost'].map(
    (h) =>
      markup`<th class="soft" scope="col" align="right" style="${NUMBER};border-top:0;padding-top:0;font-weight:400;${SOFT}">${h}</th>`,
  )
  const rows = items.map((m) => {
    const of = latency.get(m.model)
    const cells = [
      count(m.events),
      percent(m.refusals, m.events),
      percent(m.errors, m.events),
      of === undefined ? '–' : milliseconds(of.median_ms),
      of === undefined ? '–' : milliseconds(of.p95_ms),
      figureText('cost_usd', m.cost_usd),
    ].map((cell) => markup`<td class="rule ink" style="${NUMBER};${INK}">${cell}</td>`)
    const tag = fresh.has(modelText(m))
      ? markup` <span class="deep" style="color:#0b6e8a;font-weight:650">new</span>`
      : null
    return markup`<tr><td class="rule ink" style="${CELL};padding-left:0;min-width:96px;${INK};${BREAK}"><bdi>${modelText(m)}</bdi>${tag}</td>${cells}</tr>`
  })
  return card(
    'Models',
    markup`<div style="overflow-x:auto"><table width="100%" cellpadding="0" cellspacing="0" border="0"><tr><th class="soft" scope="col" align="left" style="${CELL};border-top:0;padding:0 0 7px;font-weight:400;${SOFT}">Model</th>${headings}</tr>${rows}</table></div>${more === '' ? null : markup`<p class="soft" style="margin:8px 0 0;font-size:13px;${SOFT}">${more}</p>`}`,
  )
}

function examined(digest: Digest): Markup | null {
  if (digest.not_examined.length === 0) return null
  const rows = digest.not_examined.map(
    (one) =>
      markup`<p class="ink" style="margin:0 0 8px;font-size:14px;line-height:20px;${INK}">${notExaminedText(one)}<br><span class="soft" style="${SOFT}">${one.why}</span></p>`,
  )
  return card('Not examined', markup`<div style="margin-bottom:-8px">${rows}</div>`)
}

function foot(digest: Digest): Markup {
  const { redaction, jobs, ledger } = digest
  const kinds = redaction.by_type.map(({ type, n }) => `${cut(type, 40)} ${count(n)}`).join(', ')
  const line = (name: string, body: Markup) =>
    markup`<p style="margin:0 0 8px"><span class="ink" style="${INK}">${name}</span> ${body}</p>`
  const runs = jobs.map(
    (j) =>
      `${cut(j.name, 24)} ${count(j.runs)}${j.failed > 0 ? ` (${count(j.failed)} failed)` : ''}${j.last_run === null ? ' (did not run)' : ''}`,
  )
  const lastRun = jobs.reduce((last, j) => (j.last_run !== null && j.last_run > last ? j.last_run : last), '')
  return markup`<div class="pad soft" style="padding:8px 26px 24px;font-size:12px;line-height:18px;${SOFT};${BREAK}">
${line('Redacted before storage:', markup`${redaction.total === 0 ? 'nothing' : `${count(redaction.total)} (${kinds})`}.`)}
${jobs.length === 0 ? null : line('Job runs:', markup`${runs.join(', ')}${lastRun === '' ? '' : `; the last ${minuteOf(lastRun)}`}.`)}
${ledger === null ? null : line('Ledger:', markup`${count(ledger.size)} entries, root <span style="${MONO}">${ledger.root}</span>`)}
</div>`
}
