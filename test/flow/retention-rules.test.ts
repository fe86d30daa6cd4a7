import { expect, it } from 'vitest'
import type { RetentionEntry } from '../../src/core/retention.ts'
import { clashesOf, retentionRules } from '../../src/flow/retention-rules.ts'

const clashes = (...rules: Omit<RetentionEntry, 'name'>[]) =>
  clashesOf(
    retentionRules({ rules: rules.map((rule, at) => ({ name: `r${at}`, ...rule })) }, (_, tenant) => tenant),
  ).map(({ rule, keep, wins }) => `${rule} ${keep} ${wins}`)

it('a maximum that is shorter than the minimum of another rule is a clash, which the minimum wins', () => {
  expect(clashes({ delete_after: '90d' }, { preset: 'hipaa' })).toEqual(['r0 r1 minimum'])
  expect(clashes({ delete_after: '90d', beats_minimum: true }, { keep: '91d' })).toEqual(['r0 r1 maximum'])
  expect(clashes({ delete_after: '90d' }, { keep: '90d' })).toEqual([])
})

it.each<[string, Omit<RetentionEntry, 'name'>, Omit<RetentionEntry, 'name'>, boolean]>([
  ['two tenants', { tenants: ['a'] }, { tenants: ['b'] }, false],
  ['a tenant and all', { tenants: ['a'] }, {}, true],
  ['a tenant in two lists', { tenants: ['a', 'b'] }, { tenants: ['b', 'c'] }, true],
  ['two types', { event_types: ['llm.completion'] }, { event_types: ['auth.failure'] }, false],
  ['a type and its kind', { event_types: ['auth.failure'] }, { event_types: ['auth.*'] }, true],
  ['a kind and a type of it', { event_types: ['auth.*'] }, { event_types: ['auth.failure'] }, true],
  ['a kind and a kind of it', { event_types: ['a*'] }, { event_types: ['auth.*'] }, true],
  ['two kinds', { event_types: ['llm.*'] }, { event_types: ['auth.*'] }, false],
  ['two values of a tag', { tags: { service: ['a'] } }, { tags: { service: ['b'] } }, false],
  ['two tags', { tags: { service: ['a'] } }, { tags: { purpose: ['b'] } }, true],
])('%s: rules clash where an event may be under both', (_, one, other, meet) => {
  expect(clashes({ ...one, delete_after: '1d' }, { ...other, keep: '2d' })).toEqual(meet ? ['r0 r1 minimum'] : [])
})
