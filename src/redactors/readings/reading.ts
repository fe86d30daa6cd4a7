import type { Rule } from '../rule.ts'
import type { Sifted } from '../sieve.ts'
import type { Rewritten } from './rewrite.ts'

/**
 * One more way to read a text in which a value is disguised. The rules that may match are asked around its changes only,
 * and a match is taken only where it lies on a change, unless `anywhere`.
 */
export interface Reading {
  /** Names the disguise: `spelled digits`. */
  name: string
  /** True where the text may read differently; what the sieve saw on its way decides, so that an ordinary text costs nothing. */
  worth(seen: Sifted, text: string): boolean
  /** The text read so, no longer than it was; null where it reads the same. Linear in the text. */
  read(text: string): Read | null
  /** True where what is around a change may be what was hidden: a name and `=` written as `%3D` make a secret of what follows. */
  anywhere?: boolean
}

export interface Read extends Rewritten {
  /** False for a rule that is believed at no change, so that it is not asked. Without it every rule may be. */
  asks?(rule: Rule): boolean
  /**
   * Whether a match is believed. Without it each is.
   * @param from @param to the changes that it lies on, by index
   * @param plainly true where the same rule found something in the plain text that reaches the place of a change
   */
  believes?(rule: Rule, from: number, to: number, plainly: (change: number) => boolean): boolean
}
