import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, MINUTE, type Micros, SECOND } from '../../src/core/window.ts'
import { GRACE, holesOf, mature, NO_SEQUENCE, observeSequence, type Sequence } from '../../src/detectors/sequence.ts'

const START: Micros = 20_000 * DAY

interface Sent {
  number: number
  ts: Micros
  /** Arrival after the start. */
  late: Micros
}

/** Numbers from `from` on, a second apart. */
const counted = (from: number, n: number, at = 0): Sent[] =>
  Array.from({ length: n }, (_, i) => ({ number: from + i, ts: START + at + i * SECOND, late: 0 }))

/** Shows events in the order of arrival. */
function shown(sent: readonly Sent[], state: Sequence = NO_SEQUENCE): Sequence {
  return sent.reduce((s, { number, ts, late }) => observeSequence(s, number, ts, ts + late), state)
}

const EVER = START + 40 * DAY
const missing = (state: Sequence) => holesOf(state, EVER).map(({ a, b, n }) => [a, b, n])
const repeats = (state: Sequence) => mature(state, EVER).repeats.flatMap(({ numbers }) => numbers)

/** The events in an order in which each is at most so late. */
const shuffled = (sent: readonly Sent[], most: Micros) =>
  fc
    .array(fc.integer({ min: 0, max: most }), { minLength: sent.length, maxLength: sent.length })
    .map((lates) =>
      sent.map((one, i) => ({ ...one, late: lates[i] as number })).sort((a, b) => a.ts + a.late - (b.ts + b.late)),
    )

describe('numbers of a producer', () => {
  it('are complete in any order of arrival within the grace', () => {
    const sent = counted(1, 120)
    fc.assert(
      fc.property(shuffled(sent, GRACE - MINUTE), (arrived) => {
        const state = shown(arrived)
        expect(missing(state)).toEqual([])
        expect(repeats(state)).toEqual([])
        expect(state.disorder).toEqual([])
      }),
    )
  })

  it('name exactly what was dropped, in any order of arrival', () => {
    const cut = fc.tuple(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 1, max: 30 }))
    fc.assert(
      fc.property(
        cut.chain(([from, n]) => {
          const sent = counted(1, 120).filter(({ number }) => number < from || number >= from + n)
          return fc.tuple(fc.constant([from, from + n - 1, n]), shuffled(sent, 60 * SECOND))
        }),
        ([range, arrived]) => {
          const state = shown(arrived)
          expect(missing(state)).toEqual([range])
          expect(repeats(state)).toEqual([])
        },
      ),
    )
  })

  it('survive a restart at 0 or 1, also where the ends of both lives arrive mixed', () => {
    const restarted = fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 200, max: 5000 }))
    fc.assert(
      fc.property(
        restarted.chain(([first, before]) =>
          shuffled([...counted(before, 80), ...counted(first, 80, 80 * SECOND)], 20 * SECOND),
        ),
        (arrived) => {
          const state = shown(arrived)
          expect(missing(state)).toEqual([])
          expect(repeats(state)).toEqual([])
          expect(state.disorder).toEqual([])
        },
      ),
    )
  })

  it('of a restart are no gap of a million', () => {
    const state = shown([...counted(999_000, 50), ...counted(0, 50, DAY), ...counted(50, 10, 2 * DAY)])
    expect(missing(state)).toEqual([])
    expect(repeats(state)).toEqual([])
  })

  it('that are lost at the beginning of a new life are named', () => {
    const state = shown([...counted(500, 50), ...counted(4, 40, DAY)])
    expect(missing(state)).toEqual([[1, 3, 3]])
    expect(repeats(state)).toEqual([])
  })

  it('name each number that comes twice, whenever the other one comes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 79 }), fc.integer({ min: 0, max: 3600 }), (number, later) => {
        const sent = counted(1, 80)
        const twin = { number, ts: START + 80 * SECOND + later * SECOND, late: 0 }
        const state = shown([...sent, twin])
        expect(repeats(state)).toEqual([number])
        expect(missing(state)).toEqual([])
      }),
    )
  })

  it('tell a forged 0 from a restart by what follows', () => {
    const state = shown([
      ...counted(2000, 50),
      { number: 0, ts: START + 50 * SECOND, late: 0 },
      ...counted(2050, 50, 51 * SECOND),
    ])
    expect(missing(state)).toEqual([])
    expect(repeats({ ...state })).toEqual([0])
  })

  it('fill a gap whenever they come, and leave what is still missing', () => {
    const gap = shown(counted(1, 100).filter(({ number }) => number < 40 || number > 49))
    expect(missing(gap)).toEqual([[40, 49, 10]])
    const partly = shown([{ number: 45, ts: START + 45 * SECOND, late: 9 * DAY }], gap)
    expect(missing(partly)).toEqual([
      [40, 44, 5],
      [46, 49, 4],
    ])
    const rest = [40, 41, 42, 43, 44, 46, 47, 48, 49].map((number) => ({ number, ts: START, late: 10 * DAY }))
    expect(missing(shown(rest, partly))).toEqual([])
  })

  it('are not told before the grace is over', () => {
    const [a, , c] = counted(1, 3) as [Sent, Sent, Sent]
    const state = shown([a, c])
    expect(holesOf(state, c.ts + GRACE - 1)).toEqual([])
    expect(holesOf(state, c.ts + GRACE)).toHaveLength(1)
  })

  it('before the first that was seen are nobody’s loss', () => {
    const live = shown(counted(5000, 50, 10 * DAY))
    const old = counted(1, 300).map((one) => ({ ...one, late: 11 * DAY }))
    expect(missing(shown(old, live))).toEqual([])
    expect(repeats(shown(old, live))).toEqual([])
  })

  it('that are hostile neither grow the state nor hide a gap', () => {
    const wild = fc.oneof(
      fc.integer({ min: -5, max: 5 }),
      fc.maxSafeNat(),
      fc.double(),
      fc.constantFrom(2 ** 53, 2 ** 53 - 1, 1e300, Number.NaN, 4_000_000_000),
    )
    fc.assert(
      fc.property(fc.array(wild, { maxLength: 400 }), (numbers) => {
        let state = shown(counted(1000, 30).filter(({ number }) => number !== 1010))
        for (const [i, number] of numbers.entries())
          state = observeSequence(state, number, START + i * SECOND, START + DAY + i * MINUTE)
        expect(JSON.stringify(state).length).toBeLessThan(60_000)
        expect(JSON.parse(JSON.stringify(state))).toEqual(state)
      }),
      { numRuns: 60 },
    )
  })

  it('far from all others are disorder, and those that go on as before still count', () => {
    const [far, ...rest] = [2 ** 53 - 1, 7e12, 3e9, 8e14, 5e8, 1e14, 2e13, 3e11, 4e12, 5e15].map((number, i) => ({
      number,
      ts: START + (100 + i) * SECOND,
      late: 0,
    }))
    const state = shown([...counted(1000, 50), far as Sent, ...rest, ...counted(1051, 10, 120 * SECOND)])
    expect(missing(state)).toEqual([[1050, 1050, 1]])
    expect(state.disorder).toMatchObject([{ n: 2 }])
  })

  it('keep count where every other one is lost', () => {
    const state = shown(counted(0, 2000).filter(({ number }) => number % 2 === 0))
    expect(holesOf(state, EVER).reduce((sum, { n }) => sum + n, 0)).toBe(999)
    expect(holesOf(state, EVER).length).toBeLessThanOrEqual(64)
  })

  it('lead to one state, which survives JSON at any point and never changes what it was given', () => {
    const freeze = <T>(value: T): T => {
      if (value !== null && typeof value === 'object') Object.values(Object.freeze(value)).forEach(freeze)
      return value
    }
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 80 }), (numbers) => {
        const run = (keep: (state: Sequence) => Sequence) =>
          numbers.reduce(
            (s, number, i) => keep(observeSequence(s, number, START + i * MINUTE, START + i * MINUTE)),
            NO_SEQUENCE,
          )
        expect(run((s) => JSON.parse(JSON.stringify(s)))).toEqual(run(freeze))
      }),
    )
  })
})
