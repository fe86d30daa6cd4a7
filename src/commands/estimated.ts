import type { Estimates } from '../core/search.ts'

/** What labels say of a set, in a line. */
export const estimated = ({ precision, recall, labelled }: Estimates): string =>
  `${between(precision)} of them right, ${between(recall)} of all there are, by ${labelled} ${labelled === 1 ? 'label' : 'labels'}`

const between = (share: Estimates['precision']) =>
  share === null ? 'an unknown share' : `${percent(share.value)} (${percent(share.low)} to ${percent(share.high)})`

/** A share from 0 to 1 as whole percent. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`
