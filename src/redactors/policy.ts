import { createHash } from 'node:crypto'
import { type FieldError, Problem } from '../core/problem.ts'
import type { OwnRule, RedactionPolicy } from '../core/redaction-policy.ts'
import { type Allows, allowsOf } from './allow.ts'
import { truncated } from './contact/ip-address.ts'
import { compilePattern, matchesNothing, ownRule } from './own-rule.ts'
import type { Rule } from './rule.ts'
import { BUILT_IN, RULES, rulesFor } from './rules.ts'
import { isTextField, TEXT_FIELDS } from './withhold.ts'

/** Types of the addresses of machines. */
const NETWORK: ReadonlySet<string> = new Set(['IP', 'MAC'])
/** Words of the brackets that stand for something else than a value. */
const TAKEN: ReadonlySet<string> = new Set(['DATA', 'REDACTION_FAILED', 'TEXT'])

/** Type of a value that is a secret by the name of its field alone. */
const BY_NAME = 'SECRET'

/** What is looked for in the texts of one tenant. */
export interface RuleSet {
  /** Equal for the same rules and exceptions of the house. */
  name: string
  rules: readonly Rule[]
  /** True where a part that a rule found is to stay. */
  allows: Allows
}

export interface RuleBook {
  /** @param tenant raw ids of tenants that the policy names and that are meant; empty: what holds for every tenant */
  of(tenants: readonly string[]): RuleSet
  /** Raw ids of the tenants that the policy names, each once. */
  tenants: readonly string[]
  /** All that decides what is found, as one text: two policies that find the same things may differ in it, never the reverse. */
  identity: string
}

/**
 * The rules of a house: its own first, so that it names what it knows, then the built-in ones. Throws Problem
 * CONFIG_INVALID with the place of each fault.
 */
export function ruleBook(policy: RedactionPolicy = {}, builtIn?: readonly Rule[]): RuleBook {
  const errors = faultsOf(policy)
  if (errors.length > 0) {
    const told = errors.map(({ path, message }) => `${path} ${message}`).join('; ')
    throw new Problem('CONFIG_INVALID', `the redaction policy cannot be used: ${told}`, { errors })
  }
  const { names = 'low', network_addresses: network = 'mask', rules = [], allow = [] } = policy
  const own = rules.map((given) => ({ tenants: given.tenants, rule: ownRule(given) }))
  const standing = (builtIn ?? (names === 'low' ? RULES : rulesFor(names))).flatMap((rule) =>
    NETWORK.has(rule.type) ? underNetwork(rule, network) : [rule],
  )
  const meant = (only: readonly string[] | undefined, tenants: readonly string[]) =>
    only === undefined || only.some((tenant) => tenants.includes(tenant))
  return {
    of: (tenants) => {
      const asked = own.map(({ tenants: only }) => meant(only, tenants))
      const excepted = allow.map(({ tenants: only }) => meant(only, tenants))
      return {
        name: [...asked, ...excepted].map(Number).join(''),
        rules: [...own.flatMap(({ rule }, index) => (asked[index] ? [rule] : [])), ...standing],
        allows: allowsOf(allow.filter((_, index) => excepted[index])),
      }
    },
    tenants: [...new Set([...rules, ...allow].flatMap(({ tenants = [] }) => tenants))],
    identity: JSON.stringify([standing.map(({ name }) => name), names, network, rules, allow]),
  }
}

/** First 16 hex digits of the SHA-256 over the version of the engine and everything that decides what is found. */
export const fingerprint = (version: string, { identity }: RuleBook): string =>
  createHash('sha256')
    .update(JSON.stringify([version, identity]))
    .digest('hex')
    .slice(0, 16)

/** What keeps a policy of the right shape from being used; paths are JSON Pointers. Patterns are never quoted. */
export function faultsOf({ rules = [], allow = [], keep = [] }: RedactionPolicy): FieldError[] {
  const errors: FieldError[] = []
  // a rule that never fits would keep what it was meant to withhold
  for (const [index, { fields = [] }] of keep.entries())
    for (const [n, field] of fields.entries())
      if (!isTextField(field))
        errors.push({
          path: `/keep/${index}/fields/${n}`,
          message: `is no field with text; there are ${TEXT_FIELDS.join(', ')}`,
        })
  if (rules.length + allow.length === 0) return errors
  const names = new Set(BUILT_IN.map(({ name }) => name))
  const types = new Set([...BUILT_IN, ...rules].map(({ type }) => type)).add(BY_NAME)
  for (const [index, rule] of rules.entries()) {
    const at = `/rules/${index}`
    if (names.has(rule.name))
      errors.push({ path: `${at}/name`, message: 'is the name of another rule; give a new one' })
    names.add(rule.name)
    if (TAKEN.has(rule.type))
      errors.push({ path: `${at}/type`, message: `must not be ${[...TAKEN].join(', ')}: they stand for other things` })
    errors.push(...ofPattern(`${at}/pattern`, rule.pattern, true))
  }
  for (const [index, { text, pattern, types: only = [] }] of allow.entries()) {
    const at = `/allow/${index}`
    if (text === undefined && pattern === undefined)
      errors.push({ path: at, message: 'needs a text or a pattern: what is to stay' })
    if (pattern !== undefined) errors.push(...ofPattern(`${at}/pattern`, pattern, false))
    for (const [n, type] of only.entries())
      if (!types.has(type))
        errors.push({ path: `${at}/types/${n}`, message: `is no type; there are ${[...types].sort().join(', ')}` })
  }
  return errors
}

function ofPattern(path: string, pattern: OwnRule['pattern'], consuming: boolean): FieldError[] {
  try {
    const compiled = compilePattern(pattern)
    if (!consuming || !matchesNothing(compiled)) return []
    return [{ path, message: 'matches the empty text; let it ask for at least one character' }]
  } catch (error) {
    return [{ path, message: `is no pattern: ${(error as Error).message}` }]
  }
}

/**
 * A rule for addresses of machines under the policy for them. Where they are truncated, a match keeps its spelling, and
 * what is truncated already is not found again.
 */
function underNetwork(rule: Rule, network: NonNullable<RedactionPolicy['network_addresses']>): Rule[] {
  if (network === 'keep') return []
  if (network === 'mask') return [rule]
  return [
    {
      ...rule,
      canonical: (match) => match,
      find: (text, hit) =>
        rule.find(text, (start, end, score) => {
          const found = text.slice(start, end)
          if (truncated(found) !== found) hit(start, end, score)
        }),
    },
  ]
}

/** What stands for an address of a machine where such are truncated; null for any other value. */
export function truncatedValue({ network_addresses }: RedactionPolicy, type: string, value: string): string | null {
  if (network_addresses !== 'truncate' || !NETWORK.has(type)) return null
  return truncated(value) || null
}
