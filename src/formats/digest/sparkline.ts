import type { Figure } from '../../core/digest.ts'
import { type Markup, markup } from './markup.ts'

const HEIGHT = 30
const STEP = 5
const BAR = 3

/** The last 30 days as bars, this day in another colour, what is usual as a line. Inline SVG, 150 by 30. */
export function sparkline({ series, usual }: Figure): Markup {
  const width = series.length * STEP
  const most = Math.max(...series.map((n) => n ?? 0), usual?.median ?? 0) || 1
  const tall = (n: number) => round((Math.max(0, n) / most) * (HEIGHT - 2))
  const bars = series.flatMap((n, i) => {
    if (n === null) return []
    const height = Math.max(tall(n), 1)
    const last = i === series.length - 1
    return markup`<rect class="${last ? 'now' : 'day'}" fill="${last ? '#0b6e8a' : '#b9cad3'}" x="${i * STEP}" y="${round(HEIGHT - height)}" width="${BAR}" height="${height}" rx="1"/>`
  })
  const y = usual === null ? 0 : round(HEIGHT - tall(usual.median))
  const line =
    usual === null
      ? null
      : markup`<line class="usual" x1="0" x2="${width}" y1="${y}" y2="${y}" stroke="#5b6b76" stroke-width="1" stroke-dasharray="2 3"/>`
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="The last ${series.length} days" style="display:block;max-width:100%">${bars}${line}</svg>`
}

const round = (n: number) => Math.round(n * 10) / 10
