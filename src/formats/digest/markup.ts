import { plain } from '../plain.ts'

/** HTML that is finished. Only `markup` makes it, so text cannot pass for it. */
class Markup {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

export type { Markup }

type Part = string | number | Markup | readonly Markup[] | null

/**
 * Template tag for HTML: what stands in the template is markup, what is put into it is text, made plain and escaped for
 * element content and quoted attributes alike. Markup, lists of it and null (nothing) go in as they are.
 */
export function markup(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(strings.reduce((all, string, i) => all + render(parts[i - 1] ?? null) + string))
}

function render(part: Part): string {
  if (part === null) return ''
  if (part instanceof Markup) return part.source
  if (typeof part === 'object') return part.map((one) => one.source).join('')
  return plain(String(part)).replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`)
}
