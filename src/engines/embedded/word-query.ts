import { createHash } from 'node:crypto'
import type { Filter, Words } from '../../core/ports.ts'
import { type Phrase, phraseOf } from '../../core/word-forms.ts'

/** What is looked for, as phrases of the index. */
export interface WordQuery {
  all: Phrase[]
  some: Phrase[]
  none: Phrase[]
}

/** Phrases of the terms; null where nothing is left that could be found by. A term without a letter or digit says nothing. */
export function wordQuery({ all, some = [], none = [] }: Words): WordQuery | null {
  const phrases = (terms: readonly string[]) => terms.map(phraseOf).filter((phrase) => phrase !== null)
  const query = { all: phrases(all), some: phrases(some), none: phrases(none) }
  return query.all.length + query.some.length === 0 ? null : query
}

/** A query of FTS5 over the columns prompt, response and tenant. Nothing of a term is read as an operator. */
export function expressionOf({ all, some, none }: WordQuery, filter: Pick<Filter, 'part' | 'tenant_id'>): string {
  const any = some.length === 0 ? [] : [`(${some.map(quoted).join(' OR ')})`]
  const within = (said: string) => `{${filter.part ?? 'prompt response'}} : (${said})`
  const said = within([...all.map(quoted), ...any].join(' AND '))
  const kept = none.length === 0 ? said : `(${said} NOT ${within(none.map(quoted).join(' OR '))})`
  // or every text of others that says so would be looked up first
  const whose = tenantWord(filter.tenant_id ?? '')
  return whose === '' ? kept : `tenant : "${whose}" AND ${kept}`
}

/** Words of the folded form hold letters, digits and marks: no quotation mark. */
const quoted = ({ words, open }: Phrase) => `"${words.join(' ')}"${open ? ' *' : ''}`

/** A tenant as one word of letters and digits, whatever its name holds; nothing for those who name none. */
export const tenantWord = (tenant: string): string =>
  tenant === '' ? '' : `t${createHash('sha256').update(tenant).digest('hex').slice(0, NAME_DIGITS)}`

/** Of two tenants of one name the rows are told apart all the same. */
const NAME_DIGITS = 16
