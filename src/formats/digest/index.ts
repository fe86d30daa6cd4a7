import type { DigestFormat, DigestWriter } from '../../core/digest.ts'
import { html } from './html.ts'
import { json } from './json.ts'
import { markdown } from './markdown.ts'
import { text } from './text.ts'

/** Every way to write a digest, by name. */
export const digestFormats: Readonly<Record<DigestFormat, DigestWriter>> = { json, html, markdown, text }
