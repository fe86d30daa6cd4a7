import { cluesIn } from '../clues.ts'
import { matchesAt } from '../places.ts'
import type { Rule } from '../rule.ts'
import { changes, entropy } from './strength.ts'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Vendors whose keys have no mark of their own, by the form of the key: it is one where it is assigned to a name that
 * holds the vendor's. `-` in a name stands for `-`, `_` or nothing.
 */
const NAMED: readonly (readonly [shape: RegExp, vendors: string])[] = [
  [/^[a-z0-9]{14}$|^[a-z0-9]{16}$/i, 'linked-in'],
  [/^[a-z0-9]{15}$|^[a-z0-9]{11}A{10}[\w=-]{43}$/i, 'dropbox'],
  [/^[a-z0-9]{16}$/i, 'confluent'],
  [/^\d{16}$/, 'asana'],
  [/^[a-z0-9]{17}$/i, 'airtable'],
  [/^\d{17,19}$/, 'discord'],
  [/^[a-z0-9]{20}$/i, 'finicity finnhub looker'],
  [/^[a-z0-9]{22}$/i, 'travis'],
  [/^[a-z0-9]{24}$/i, 'atlassian confluence jira etsy kucoin looker plaid'],
  [/^[a-z0-9]{25}$/i, 'message-bird twitter'],
  [/^[a-z0-9]{26}$/i, 'mattermost'],
  [/^[a-z0-9]{30}$/i, 'alibaba plaid twitch'],
  [
    /^[\w=-]{32}$/,
    'adafruit adobe algolia asana bitbucket bittrex codecov discord droneci facebook fastly finicity flickr linear nytimes new-york-times private-ai jenkins apim ocp-apim',
  ],
  [/^[a-f0-9]{37}$|^[\w-]{40}$/i, 'cloudflare'],
  [
    /^[\w=-]{40}$/,
    'cohere co-api-key datadog gitter launchdarkly meraki sendbird sourcegraph sonar-login sonar-token sonar.login sonar.token zendesk',
  ],
  [/^[A-Za-z0-9/+]{40}$/, 'aws-secret-access-key aws-secret-key secret-access-key'],
  [/^[\w=-]{43}$/, 'contentful'],
  [/^b_[\w=-]{44}$/i, 'beamer'],
  [/^live_[\w=-]{40}$/i, 'gocardless'],
  [/^[a-z0-9]{45}$|^[a-z0-9]{50}$|^\d{15,25}-[a-z0-9]{20,40}$/i, 'twitter'],
  [/^[\w=-]{40,46}$/, 'netlify'],
  [/^[\w-]{50}$/, 'rapidapi'],
  [/^[\w=-]{60}$/, 'intercom'],
  [
    /^[\w=-]{64}$/,
    'bitbucket cc-test-reporter codeclimate coinbase confluent discord freshbooks jfrog artifactory bintray xray new-relic sentry sumo',
  ],
  [/^[a-z0-9]{73}$/i, 'jfrog artifactory bintray xray'],
  [/^[a-h0-9]{32}-[a-h0-9]{8}-[a-h0-9]{8}$/i, 'mailgun'],
  [/^[\w/=+-]{80,90}$/, 'kraken'],
  [/^00[\w=-]{40}$/, 'okta'],
  [/^su[a-z0-9]{12}$/i, 'sumo'],
  [/^YC[\w-]{38}$/i, 'yandex'],
  [UUID, 'heroku hubspot kucoin message-bird postmark sendbird snyk squarespace'],
  [/^[a-f0-9]{8}:[a-f0-9]{8}$/i, 'bundle-enterprise--contribsys--com bundle-gems--contribsys--com'],
]

const byVendor = new Map<string, RegExp[]>()
for (const [shape, vendors] of NAMED) {
  for (const vendor of vendors.split(' ')) byVendor.set(vendor, [...(byVendor.get(vendor) ?? []), shape])
}

/** The spellings of a vendor: `new-relic`, `new_relic`, `newrelic`. */
const spellings = (vendor: string): string[] =>
  vendor.includes('--')
    ? [vendor.replaceAll('-', '_')]
    : [...new Set(['-', '_', ''].map((by) => vendor.replaceAll('-', by)))]
const shapesOf = new Map([...byVendor].flatMap(([vendor, shapes]) => spellings(vendor).map((word) => [word, shapes])))
const words = [...shapesOf.keys()].sort((a, b) => b.length - a.length)
const cluesOf = cluesIn([words])
const VENDOR = new RegExp(words.map((word) => word.replaceAll('.', '\\.')).join('|'), 'iy')

/** The rest of the name, and what assigns. */
const ASSIGNED = /([ \t\w.-]{0,24})["'`\s\])]{0,3}(?:=>|:{1,3}=|\|\||[?=]=?|[:>,])[`"'\s=]{0,5}/y
/** The default of a variable that is declared with the name. */
const DECLARED = /([\w.-]{0,24})["'\s]{1,3}\{\s{0,40}(?:default|value)["']?\s{0,8}[=:]\s{0,8}["']/y
const VALUE = /[\w=+/.:%-]{8,160}/y
/** A name that ends so is about something else than a key. */
const OTHER =
  /(?:url|uri|hash|sha\d*|digest|commit|rev|version|etag|checksum|(?:user|request|trace|span|team|event|message|order|account|project|job|build|run|page|post|channel|guild|server)[_. -]?id)$/i

/** Keys without a mark of their own, assigned to a name that holds their vendor's: `ALGOLIA_KEY = "…"`, `heroku: …`. */
export const namedKey: Rule = {
  name: 'named-key',
  type: 'API_KEY',
  anchors: words,
  places: [words],
  find(text, hit, { places } = cluesOf(text)) {
    let from = 0
    for (const { 0: vendor, index } of matchesAt(text, places(0), VENDOR)) {
      if (index < from) continue
      const value = valueAt(text, index + vendor.length)
      if (value === null) continue
      const end = value.start + value.text.length
      if (/[\w+/@-]/.test(text[end] ?? '')) continue
      const shapes = shapesOf.get(vendor.toLowerCase()) ?? []
      // where the form has marks, or the name says all, the value need not look drawn by chance
      const fixed =
        vendor.toLowerCase().includes('secret') ||
        /^(?:00|b_|live_|YC|su|\d+$)/.test(value.text) ||
        UUID.test(value.text) ||
        value.text.includes(':')
      if (!shapes.some((shape) => shape.test(value.text)) || !(fixed || isDrawn(value.text))) continue
      hit(value.start, end, 0.8)
      from = end
    }
  },
}

/** The value assigned to the name whose vendor ends at an offset, without the mark of a sentence behind it. */
function valueAt(text: string, at: number): { start: number; text: string } | null {
  for (const joint of [ASSIGNED, DECLARED]) {
    joint.lastIndex = at
    const joined = joint.exec(text)
    if (joined === null || OTHER.test((joined[1] as string).trimEnd())) continue
    VALUE.lastIndex = at + joined[0].length
    const value = VALUE.exec(text)?.[0].replace(/[.:%/]+$/, '')
    // a number is a key only where the name says so
    if (value !== undefined && /^\d+$/.test(value) && !/client|app|key|token|secret/i.test(joined[1] as string))
      continue
    if (value !== undefined) return { start: at + joined[0].length, text: value }
  }
  return null
}

/** Letters and digits mixed. Name and length have said the rest, so that a seldom draw may pass. */
const isDrawn = (value: string): boolean => changes(value) >= 2 && /\d/.test(value) && entropy(value) >= 2.5
