import { HOUR, type Micros, SECOND, startOfDay } from '../core/window.ts'
import { hill } from '../stats/hill.ts'
import { median } from '../stats/robust.ts'
import {
  type Hole,
  holesOf,
  mature,
  NAMED,
  NO_SEQUENCE,
  type Oddity,
  observeSequence,
  type Sequence,
} from './sequence.ts'
import type { Silence } from './silence.ts'

/** Hours' worth of the producer's own traffic at which what is missing counts half of what it can. */
const HALF = 0.5
/** An hour of a slow producer counts as so many events: one of its two is not half of everything. */
const LEAST_HOUR = 10
/** The least that anything missing from an audit log says, and the most, 0 to 100. */
const LEAST = 10
const MOST = 89
/** A number that comes twice is forged, replayed, or sent again under a new id: at once worth a look. */
const REPEAT = 40
const REPEATS_HALF = 15
/** Numbers that are no sequence prove nothing, and hide what they could have. */
const DISORDER = 30
/** Days of arrival that say how late a producer's events come. */
const LAG_DAYS = 14

/** What is remembered of a producer; plain JSON. */
export type Producer = {
  sequence: Sequence
  /** Day of arrival, and the longest that an event which came on it had been on its way. */
  lags: [Micros, Micros][]
}

/** One event of a producer. */
export interface Heard {
  /** Absent where it carries none. */
  sequence?: number | undefined
  ts: Micros
  /** Arrival. */
  at: Micros
  /** Whether it was shown before, as it was. */
  again: boolean
}

/** What a finding of each kind is called, for ever. */
export const GAP_TITLES = {
  missing: 'Numbered log records never arrived',
  repeated: 'Numbers of log records came twice',
  disorder: 'Numbers of log records are no sequence',
  silence: 'A regular source of logs fell silent',
} as const
export type GapKind = keyof typeof GAP_TITLES

/** Something to be told of a producer. `key` names it for ever among what is told of it. */
export interface GapTold {
  key: string
  kind: GapKind
  /** 0 to 100. */
  score: number
  first: Micros
  last: Micros
  observed: number
  expected: number
  /** One plain line; holds no event text and no name. */
  text: string
  /** Numbers of the events to read first. */
  numbers: number[]
}

/**
 * Logs that stop, or of which some never came, are a sign of an attack: who tampers with logs begins by losing them.
 * Producers number their events; what never came, came twice, or stopped is told of the producer. Not one of the
 * detectors of the nights: it reads numbers in order of arrival, and silence is judged by the clock.
 */
export const logGap = {
  /** Kept for ever: findings carry it. */
  name: 'log-gap',
  /** Raise when Producer or its meaning changes; stored states are then begun anew. */
  version: 1,
  tags: { atlas: [] as string[], owasp: [] as string[] },
  empty: (): Producer => ({ sequence: NO_SEQUENCE, lags: [] }),
  observe,
  lagOf,
  knownSince,
  tellNumbers,
  tellSilence,
} as const

function observe(state: Producer, { sequence, ts, at, again }: Heard): Producer {
  if (again) return state
  const day = startOfDay(at)
  const known = state.lags.find(([one]) => one === day)
  const lag = Math.max(known?.[1] ?? 0, at - ts)
  const lags =
    known?.[1] === lag
      ? state.lags
      : [...state.lags.filter((one) => one !== known), [day, lag] as [Micros, Micros]]
          .toSorted(([a], [b]) => a - b)
          .slice(-LAG_DAYS)
  if (sequence === undefined) return { ...state, lags }
  return { sequence: observeSequence(state.sequence, sequence, ts, at), lags }
}

/** How late events of a producer come: median over days of arrival of the latest one. */
function lagOf({ lags }: Producer): Micros {
  return median(lags.map(([, lag]) => lag)) ?? 0
}

/** Arrival since which its numbers are followed: what was missing then and is not now has come. The end of time for none. */
function knownSince({ sequence }: Producer): Micros {
  return Math.min(...sequence.runs.map(({ begun }) => begun), Number.MAX_SAFE_INTEGER)
}

/**
 * What the numbers of a producer say, once the grace for late arrival is over: one item for each kind and UTC day.
 * @param usual events in an hour of its traffic
 * @param now time up to which all that arrived has been shown
 */
function tellNumbers({ sequence }: Producer, usual: number, now: Micros): GapTold[] {
  const told: GapTold[] = []
  const holes = holesOf(sequence, now)
  const days = new Set(holes.map(({ before }) => startOfDay(before)))
  for (const day of days) {
    const ofDay = holes.filter(({ before }) => startOfDay(before) === day)
    told.push(missing(day, ofDay, usual))
  }
  for (const day of mature(sequence, now).repeats) told.push(repeated(day))
  for (const day of sequence.disorder) told.push(disorder(day))
  return told
}

function missing(day: Micros, holes: readonly Hole[], usual: number): GapTold {
  const n = holes.reduce((sum, hole) => sum + hole.n, 0)
  const ranges = holes.slice(0, NAMED).map(named)
  const more = holes.length > NAMED ? `, and ${holes.length - NAMED} more ranges` : ''
  return {
    key: `missing ${day}`,
    kind: 'missing',
    score: grown(n, usual),
    first: Math.min(...holes.map(({ after }) => after)),
    last: Math.max(...holes.map(({ before }) => before)),
    observed: n,
    expected: 0,
    text: `${n === 1 ? '1 record' : `${n} records`} never came: ${ranges.join(', ')}${more}`,
    numbers: holes.slice(0, NAMED / 2).flatMap(({ a, b }) => [a - 1, b + 1]),
  }
}

function named({ a, b, n }: Hole): string {
  if (a === b) return `number ${a}`
  return n === b - a + 1 ? `numbers ${a} to ${b}` : `${n} of the numbers ${a} to ${b}`
}

function repeated({ day, n, numbers, since, last }: Oddity): GapTold {
  const which = numbers.slice(0, NAMED).join(', ')
  const few = n <= numbers.length ? '' : ', among others'
  return {
    key: `repeated ${day}`,
    kind: 'repeated',
    score: round(REPEAT + (MOST - REPEAT) * hill(n, REPEATS_HALF)),
    first: since,
    last,
    observed: n,
    expected: 0,
    text: `${n === 1 ? '1 record' : `${n} records`} came under a number that another record had: ${which}${few}`,
    numbers,
  }
}

function disorder({ day, n, numbers, since, last }: Oddity): GapTold {
  return {
    key: `disorder ${day}`,
    kind: 'disorder',
    score: DISORDER,
    first: since,
    last,
    observed: n,
    expected: 0,
    text: `${n === 1 ? '1 record has a number' : `${n} records have numbers`} far from those before and after, so that losses there would not show`,
    numbers,
  }
}

function tellSilence({ from, to, hours, expected, usual }: Silence): GapTold {
  const end = to === null ? 'and has not been heard since' : 'and was then heard again'
  return {
    key: `silence ${from}`,
    kind: 'silence',
    score: grown(expected, usual),
    first: from,
    last: (to ?? from + hours * HOUR) - SECOND,
    observed: 0,
    expected: round(expected),
    text: `sent nothing for ${hours} hours ${end}; these hours usually bring ${Math.round(expected)} records`,
    numbers: [],
  }
}

/** 0 to 100 by how many hours' worth of its own traffic is missing. */
function grown(n: number, usual: number): number {
  return round(LEAST + (MOST - LEAST) * hill(n / Math.max(usual, LEAST_HOUR), HALF))
}

const round = (x: number) => Math.round(10 * x) / 10
