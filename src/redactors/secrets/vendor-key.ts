import type { Rule } from '../rule.ts'
import { cloudKeys } from './cloud-keys.ts'
import { codeKeys } from './code-keys.ts'
import type { KeyShape } from './key-shape.ts'
import { modelKeys } from './model-keys.ts'
import { serviceKeys } from './service-keys.ts'

/** Shapes of the keys that vendors hand out. */
export const SHAPES: readonly KeyShape[] = [...modelKeys, ...cloudKeys, ...codeKeys, ...serviceKeys]

/** True of what stands in documentation where a key would stand: `AKIAXXXXXXXXXXXXXXXX`, `xoxb-your-token`. */
export const isShown = (key: string): boolean => key.includes('XXXXXXXX') || SHOWN.test(key)
const SHOWN = /\.{3}$|[-_]your[-_]|[-_](?:here|example|placeholder)$/i

/** Those whose keys may be shorter than a run that counts, or have a mark inside that ends one. */
const SHORT: ReadonlySet<string> = new Set(['alibaba', 'aws-bedrock', 'secret-token', 'slack', 'stripe', 'thingsboard'])

/** One rule for each vendor. */
export const vendorKeys: readonly Rule[] = SHAPES.map(([name, anchors, shape, sure]) => {
  const expression = new RegExp(`(?<![A-Za-z0-9])(?:${shape.source})`, `g${shape.flags}`)
  return {
    name,
    type: 'API_KEY',
    ...(typeof anchors === 'number' ? { digits: anchors } : { anchors }),
    ...(sure === 'weak' ? {} : { proven: true }),
    ...(SHORT.has(name) ? {} : { run: 20 }),
    find(text, hit) {
      for (const { 0: found, index } of text.matchAll(expression)) {
        if (!isShown(found)) hit(index, index + found.length, sure === 'weak' ? 0.8 : 1)
      }
    },
  }
})
