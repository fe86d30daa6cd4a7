import { describe, expect, it } from 'vitest'
import { communitiesOf, NEIGHBOURS } from '../../src/stats/communities.ts'
import { alignTo, LAYOUT_NEIGHBOURS, layOut, placeOf } from '../../src/stats/layout.ts'
import { dotAt, neighboursOf, type Rows } from '../../src/stats/neighbours.ts'
import { seeded } from '../../src/stats/seeded.ts'

/** So many that vectors of no bundle are like none, as texts of another kind are. */
const DIMS = 64

/** `groups` bundles of `each` unit vectors around directions of their own, then `stray` vectors of no bundle. */
function bundles(groups: number, each: number, stray: number): Rows {
  const random = seeded(7)
  const vector = (around?: Float32Array, spread = 1) => {
    const one = Float32Array.from({ length: DIMS }, (_, d) => (around?.[d] ?? 0) + spread * (random() - 0.5))
    const norm = Math.sqrt(dotAt(one, 0, one, 0, DIMS))
    return one.map((x) => x / norm)
  }
  const centres = Array.from({ length: groups }, () => vector())
  const all = [
    ...centres.flatMap((centre) => Array.from({ length: each }, () => vector(centre, 0.3))),
    ...Array.from({ length: stray }, () => vector()),
  ]
  const values = new Float32Array(all.length * DIMS)
  for (const [i, one] of all.entries()) values.set(one, i * DIMS)
  return { values, dims: DIMS, n: all.length }
}

function ended<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

describe('nearest neighbours', () => {
  it('are the nearest, nearest first, as a plain sort finds them', () => {
    const rows = bundles(3, 10, 5)
    const { k, index, distance } = ended(neighboursOf(rows, 4))
    for (let i = 0; i < rows.n; i++) {
      const far = (j: number) => 1 - dotAt(rows.values, i * DIMS, rows.values, j * DIMS, DIMS)
      const sorted = Array.from({ length: rows.n }, (_, j) => j)
        .filter((j) => j !== i)
        .sort((a, b) => far(a) - far(b))
      expect([...index.subarray(i * k, (i + 1) * k)]).toEqual(sorted.slice(0, 4))
      expect(distance[i * k]).toBeCloseTo(far(sorted[0]!))
    }
  })

  it('of few points are all the others, and of one none', () => {
    expect(ended(neighboursOf(bundles(1, 3, 0), 8)).k).toBe(2)
    expect(ended(neighboursOf(bundles(1, 1, 0), 8)).k).toBe(0)
    expect(ended(neighboursOf({ values: new Float32Array(0), dims: DIMS, n: 0 }, 8)).k).toBe(0)
  })
})

describe('communities', () => {
  it('lie in one bundle each, without a number given, and strays are noise', () => {
    const rows = bundles(6, 20, 12)
    const label = communitiesOf(ended(neighboursOf(rows, NEIGHBOURS)), rows.n, 5, seeded(7))
    const bundlesOf = new Map<number, Set<number>>()
    for (const [i, group] of label.entries())
      if (group >= 0 && i < 120) bundlesOf.set(group, (bundlesOf.get(group) ?? new Set()).add(Math.floor(i / 20)))
    expect([...bundlesOf.values()].every((own) => own.size === 1)).toBe(true)
    expect(new Set([...bundlesOf.values()].flatMap((own) => [...own])).size).toBe(6)
    expect([...label.subarray(0, 120)].filter((group) => group === -1).length).toBeLessThan(6)
    expect([...label.subarray(120)].filter((group) => group === -1).length).toBeGreaterThanOrEqual(10)
  })

  it('are the same in every run, and none among too few points', () => {
    const rows = bundles(4, 12, 3)
    const near = ended(neighboursOf(rows, NEIGHBOURS))
    expect(communitiesOf(near, rows.n, 5, seeded(7))).toEqual(communitiesOf(near, rows.n, 5, seeded(7)))
    const few = bundles(1, 3, 0)
    expect([...communitiesOf(ended(neighboursOf(few, NEIGHBOURS)), few.n, 5, seeded(7))]).toEqual([-1, -1, -1])
    expect(communitiesOf(ended(neighboursOf(few, NEIGHBOURS)), 0, 5, seeded(7)).length).toBe(0)
  })
})

describe('a layout', () => {
  const rows = bundles(4, 25, 0)
  const places = ended(layOut(rows, ended(neighboursOf(rows, LAYOUT_NEIGHBOURS)), seeded(7)))
  const far = (a: number, b: number) =>
    Math.hypot(places[2 * a]! - places[2 * b]!, places[2 * a + 1]! - places[2 * b + 1]!)

  it('keeps neighbours together', () => {
    let right = 0
    for (let i = 0; i < rows.n; i++) {
      const others = Array.from({ length: rows.n }, (_, j) => j).filter((j) => j !== i)
      const nearest = others.reduce((a, b) => (far(i, b) < far(i, a) ? b : a))
      if (Math.floor(nearest / 25) === Math.floor(i / 25)) right++
    }
    expect(right / rows.n).toBeGreaterThan(0.95)
  })

  it('has a place for a new point among its like', () => {
    const [x, y] = placeOf(rows.values.slice(0, DIMS), rows, places)
    const nearest = Array.from({ length: rows.n }, (_, i) => i).reduce((a, b) =>
      Math.hypot(places[2 * b]! - x, places[2 * b + 1]! - y) < Math.hypot(places[2 * a]! - x, places[2 * a + 1]! - y)
        ? b
        : a,
    )
    expect(Math.floor(nearest / 25)).toBe(0)
  })

  it('comes to lie over the one before, turned and mirrored back', () => {
    const [cos, sin] = [Math.cos(2), Math.sin(2)]
    const turned = new Float32Array(places.length)
    for (let i = 0; i < places.length / 2; i++) {
      const [x, y] = [places[2 * i]!, -places[2 * i + 1]!]
      turned[2 * i] = cos * x - sin * y + 30
      turned[2 * i + 1] = sin * x + cos * y - 7
    }
    const over = places.slice()
    over[0] = Number.NaN
    alignTo(turned, over)
    for (let i = 0; i < places.length; i++) expect(turned[i]).toBeCloseTo(places[i]!, 3)
  })

  it('of a handful of points is a line', () => {
    const few = bundles(1, 3, 0)
    expect([...ended(layOut(few, ended(neighboursOf(few, 5)), seeded(7)))]).toEqual([0, 0, 1, 0, 2, 0])
  })
})
