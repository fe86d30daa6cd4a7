import type { LogEvent } from '../core/event.ts'
import { formatTime, type Micros, SECOND } from '../core/window.ts'
import { letters } from './facts.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'
import type { Place } from './world.ts'

/** An event and what it is in truth, which the event itself does not say. */
export interface Labelled {
  at: Micros
  event: LogEvent
  attack: boolean
  refusal: boolean
  nearRefusal: boolean
  details: boolean
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
export const HEX = '0123456789abcdef'

/** An event id that begins with its time, as a ULID does. */
export function eventId(at: Micros, random: Random): string {
  let time = Math.floor(at / 1000)
  let head = ''
  for (let i = 0; i < 10; i++) {
    head = CROCKFORD[time % 32] + head
    time = Math.floor(time / 32)
  }
  return `evt_${head}${letters(random, 16, CROCKFORD)}`
}

/** What every event of an account at a place carries. */
export function envelope(type: string, at: Micros, person: Person, place: Place, random: Random): LogEvent {
  return {
    event_id: eventId(at, random),
    timestamp: formatTime(at),
    event_type: type,
    user_id: person.id,
    tenant_id: person.tenant,
    ip_address: `${place.prefix}.${10 + (hostOf(person.id) % 200)}`,
    user_agent: person.device.agent,
    geo: { country: place.country, city: place.city },
    environment: 'production',
    app_version: '2.1.0',
  }
}

/** The last number of an address: the same account has the same one in each network. */
function hostOf(id: string): number {
  let sum = 0
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) % 65_521
  return sum
}

/** A moment shortly before or after. */
export function near(at: Micros, fromSeconds: number, toSeconds: number, random: Random): Micros {
  return at + Math.round(random.between(fromSeconds, toSeconds) * SECOND)
}
