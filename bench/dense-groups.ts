import type { Neighbours } from '../src/stats/neighbours.ts'

/**
 * Groups of points that lie denser than what is around them, found at whatever density each has, and noise: HDBSCAN*
 * (Campello, Moulavi & Sander, 2013; McInnes & Healy, 2017) over a graph of nearest neighbours in place of all pairs,
 * so that parts of the graph that nothing joins are joined last.
 * @param least points that make a group; fewer are noise
 * @returns group of each point from 0 on, -1 for noise. Deterministic.
 */
export function denseGroups(neighbours: Neighbours, n: number, least: number): Int32Array {
  const tree = singleLinkage(edgesOf(neighbours, n), n)
  return labelled(condense(tree, n, least), n)
}

interface Edge {
  a: number
  b: number
  /** Mutual reachability: the largest of their distance and of how far each has its k-th neighbour. */
  reach: number
}

function edgesOf({ k, index, distance }: Neighbours, n: number): Edge[] {
  const core = (i: number) => (k === 0 ? 0 : distance[i * k + k - 1]!)
  const edges: Edge[] = []
  for (let i = 0; i < n; i++)
    for (let j = 0; j < k; j++) {
      const other = index[i * k + j]!
      edges.push({ a: i, b: other, reach: Math.max(distance[i * k + j]!, core(i), core(other)) })
    }
  return edges.sort((x, y) => x.reach - y.reach || x.a - y.a || x.b - y.b)
}

/** A merge of two earlier ones; points are 0 to n-1, merges follow. */
interface Merge {
  left: number
  right: number
  reach: number
  size: number
}

/** Kruskal's algorithm, which merges in the order of a single-linkage hierarchy. */
function singleLinkage(edges: readonly Edge[], n: number): Merge[] {
  const parent = Int32Array.from({ length: n }, (_, i) => i)
  const node = Int32Array.from({ length: n }, (_, i) => i)
  const merges: Merge[] = []
  const sizeOf = (one: number) => (one < n ? 1 : merges[one - n]!.size)
  const find = (i: number): number => {
    let root = i
    while (parent[root] !== root) root = parent[root]!
    for (let at = i; parent[at] !== root; ) {
      const next = parent[at]!
      parent[at] = root
      at = next
    }
    return root
  }
  const join = (a: number, b: number, reach: number) => {
    const [left, right] = [node[a]!, node[b]!]
    merges.push({ left, right, reach, size: sizeOf(left) + sizeOf(right) })
    parent[b] = a
    node[a] = n + merges.length - 1
  }
  for (const { a, b, reach } of edges) {
    const [x, y] = [find(a), find(b)]
    if (x !== y) join(x, y, reach)
  }
  for (let i = 1; i < n; i++) if (find(i) !== find(0)) join(find(0), find(i), APART)
  return merges
}

/** Reach between parts that no neighbour joins: opposite directions. */
const APART = 2

interface Condensed {
  parent: number
  /** Density (1 / reach) at which it came about. */
  birth: number
  children: number[]
  /** Points that fall out of it by themselves, and the density at which each does. */
  points: { point: number; density: number }[]
  stability: number
}

/** The hierarchy from the top down, where a split counts only if both sides are at least `least`. */
function condense(merges: readonly Merge[], n: number, least: number): Condensed[] {
  const groups: Condensed[] = [{ parent: -1, birth: 0, children: [], points: [], stability: 0 }]
  const sizeOf = (one: number) => (one < n ? 1 : merges[one - n]!.size)
  const stack: { node: number; group: number }[] = merges.length > 0 ? [{ node: n + merges.length - 1, group: 0 }] : []
  const drop = (node: number, group: number, density: number) => {
    const own = groups[group]!
    for (const under = [node]; under.length > 0; ) {
      const one = under.pop()!
      if (one < n) {
        own.points.push({ point: one, density })
        own.stability += density - own.birth
      } else under.push(merges[one - n]!.left, merges[one - n]!.right)
    }
  }
  while (stack.length > 0) {
    const { node, group } = stack.pop()!
    if (node < n) {
      drop(node, group, DENSEST)
      continue
    }
    const { left, right, reach } = merges[node - n]!
    const density = Math.min(1 / Math.max(reach, 1 / DENSEST), DENSEST)
    const large = [left, right].filter((side) => sizeOf(side) >= least)
    for (const side of [left, right]) {
      if (large.length === 2) {
        groups[group]!.stability += sizeOf(side) * (density - groups[group]!.birth)
        groups.push({ parent: group, birth: density, children: [], points: [], stability: 0 })
        groups[group]!.children.push(groups.length - 1)
        stack.push({ node: side, group: groups.length - 1 })
      } else if (large.includes(side)) stack.push({ node: side, group })
      else drop(side, group, density)
    }
  }
  return groups
}

/** Density of points that are equal: beyond a distance of 0.001 nobody tells texts apart. */
const DENSEST = 1000

/** Keeps the groups whose own stability is above that of what they fall into (excess of mass); the whole is never one. */
function labelled(groups: readonly Condensed[], n: number): Int32Array {
  const best = groups.map(({ stability }) => stability)
  const kept = groups.map(() => true)
  kept[0] = false
  for (let i = groups.length - 1; i > 0; i--) {
    const { children, stability } = groups[i]!
    const below = children.reduce((sum, child) => sum + best[child]!, 0)
    if (children.length > 0 && below > stability) {
      kept[i] = false
      best[i] = below
    }
  }
  const label = new Int32Array(n).fill(-1)
  let next = 0
  // parents come before their children
  const own = new Int32Array(groups.length).fill(-1)
  for (let i = 1; i < groups.length; i++) {
    const above = own[groups[i]!.parent]!
    own[i] = above >= 0 ? above : kept[i] ? next++ : -1
    if (own[i]! >= 0) for (const { point } of groups[i]!.points) label[point] = own[i]!
  }
  return label
}
