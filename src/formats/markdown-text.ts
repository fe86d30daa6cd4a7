import { plain } from './plain.ts'

/**
 * Text of others as one line of Markdown that stays text: what could mark up, link, address or begin a block is escaped,
 * the rest stays readable for whoever sees the source.
 */
export function markdownText(text: string): string {
  return plain(text)
    .replace(/[\\`*_{}[\]<>&|~#$^@]/g, '\\$&')
    .replace(/(https?|ftp|mailto|xmpp|tel):/gi, '$1\\:')
    .replace(/(www)\./gi, '$1\\.')
    .replace(/^([-+=]|\d+(?=[.)]))/, (first) => (/^\d/.test(first) ? `${first}\\` : `\\${first}`))
}
