import type { Random } from './random.ts'

/** What all accounts share: models, houses, places, devices. */

/** A language model as the logs see it; times in milliseconds, prices in USD per million tokens. */
export interface Model {
  name: string
  version: string
  /** Before the first token, and per token after it. */
  firstTokenMs: number
  perTokenMs: number
  priceIn: number
  priceOut: number
}

/** The second one gets a new version in mid-period; the third one serves the batch and has the incident. */
export const MODELS: readonly [Model, Model, Model] = [
  { name: 'fjord-mini', version: '2025-09', firstTokenMs: 160, perTokenMs: 4, priceIn: 0.2, priceOut: 0.8 },
  { name: 'fjord-large', version: '2025-06', firstTokenMs: 420, perTokenMs: 11, priceIn: 2.5, priceOut: 10 },
  { name: 'heath-8b', version: '1.3', firstTokenMs: 240, perTokenMs: 7, priceIn: 0.1, priceOut: 0.1 },
]
export const UPGRADED = MODELS[1]
export const SLOWED = MODELS[2]

/** The new version of the upgraded model: answers are longer and come sooner. */
export const UPGRADE = { version: '2025-11', tokensOut: 1.15, latency: 0.8 }

export const TENANTS = ['harbour', 'juniper', 'tallow'] as const

const CITIES: readonly Omit<Place, 'prefix'>[] = [
  { country: 'DE', city: 'Dresden', lat: 51.05, lon: 13.74 },
  { country: 'FR', city: 'Lyon', lat: 45.76, lon: 4.84 },
  { country: 'IE', city: 'Cork', lat: 51.9, lon: -8.47 },
  { country: 'SE', city: 'Malmo', lat: 55.6, lon: 13.0 },
  { country: 'PT', city: 'Porto', lat: 41.15, lon: -8.61 },
  { country: 'NL', city: 'Utrecht', lat: 52.09, lon: 5.12 },
  { country: 'IT', city: 'Turin', lat: 45.07, lon: 7.69 },
]

const FAR: readonly Omit<Place, 'prefix'>[] = [
  { country: 'JP', city: 'Osaka', lat: 34.69, lon: 135.5 },
  { country: 'CA', city: 'Halifax', lat: 44.65, lon: -63.57 },
  { country: 'AU', city: 'Perth', lat: -31.95, lon: 115.86 },
  { country: 'US', city: 'Denver', lat: 39.74, lon: -104.99 },
]

/** Where requests come from: one address prefix (/24) and its place on the map. */
export interface Place {
  prefix: string
  country: string
  city: string
  lat: number
  lon: number
}

/** The office of a tenant: a private network, shared by everyone there. */
export function office(tenant: number): Place {
  return { prefix: `10.${20 + tenant}.4`, ...CITIES[tenant % CITIES.length]! }
}

/** A line at home or on the road, in address space that is routed nowhere (RFC 2544 and RFC 6598). */
export function line(random: Random, far = false): Place {
  const prefix = random.chance(0.1)
    ? `198.${random.whole(18, 19)}.${random.whole(0, 255)}`
    : `100.${random.whole(64, 127)}.${random.whole(0, 255)}`
  return { prefix, ...random.pick(far ? FAR : CITIES) }
}

export const DEVICES = [
  { agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0 Safari/537.36', type: 'desktop', os: 'Windows' },
  { agent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) Version/18.1 Safari/605.1', type: 'desktop', os: 'macOS' },
  { agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Firefox/145.0', type: 'desktop', os: 'Linux' },
  { agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1) Mobile Safari/604.1', type: 'phone', os: 'iOS' },
  { agent: 'Mozilla/5.0 (Linux; Android 15; Mobile) Chrome/142.0', type: 'phone', os: 'Android' },
] as const
export type Device = (typeof DEVICES)[number] | typeof SCRIPT

/** What a program sends. */
export const SCRIPT = { agent: 'desk-sdk/2.4 (node)', type: 'server', os: 'Linux' } as const
