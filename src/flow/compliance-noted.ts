/** Kind of the records of how controls stood at the last nightly check. */
export const NOTED = 'compliance'

/** What a nightly check writes down of a control, so that it is known from then on since when it stands so. Times are ISO 8601. */
export interface Noted {
  state: 'on' | 'off' | 'lost'
  /** It was on, and nobody said since that it is meant to be off. */
  was_on: boolean
  /** First check of an unbroken row of them in this state. */
  since: string
  /** How strict it was, by aspect; nothing of a control that has no degrees. */
  strength: Readonly<Record<string, number>>
  /** Who said last that it is meant to stand as it does. */
  accepted: { by: string; at: string } | null
}
