import { partsOf } from '../../core/parts.ts'
import type { Part, Signatures } from '../../core/ports.ts'
import { BAND_VALUES, BANDS, bandOf, isNearCopy, isSigned } from '../../core/signature.ts'
import type { Found } from './items.ts'

/** An event that stands for its near copies; itself the first of them. */
export interface Fold {
  first: Found
  copies: Found[]
}

/**
 * Near copies in one line each: an event joins the first before it whose texts its own are near copies of; of `part`, or
 * both. It depends on nothing but the list, so that pages of one list fold alike. What has no text stands alone.
 * Time grows with the list and with how many lines share a band of a signature.
 */
export function folded(
  list: readonly Found[],
  signatures: ReadonlyMap<string, Signatures>,
  part: Part | undefined,
): Fold[] {
  const parts = partsOf(part)
  const folds: { fold: Fold; of: Signatures; at: number }[] = []
  const byBand = new Map<number, number[]>()
  const result: Fold[] = []
  for (const found of list) {
    const own = signatures.get(found.event_id)
    const signed = own === undefined ? [] : parts.filter((name) => isSigned(own[name]))
    if (own === undefined || signed.length === 0) {
      result.push({ first: found, copies: [found] })
      continue
    }
    const lead = signed[0]!
    const bands = Array.from(
      { length: BANDS },
      (_, i) => parts.indexOf(lead) * BANDS * BAND_VALUES + i * BAND_VALUES + bandOf(own[lead], i),
    )
    let joined: Fold | null = null
    let place = Number.POSITIVE_INFINITY
    for (const band of bands)
      for (const i of byBand.get(band) ?? []) {
        const { fold, of, at } = folds[i]!
        if (at >= place || !parts.every((name) => isNearCopy(own[name], of[name]))) continue
        place = at
        joined = fold
      }
    if (joined !== null) {
      joined.copies.push(found)
      continue
    }
    const fold = { first: found, copies: [found] }
    result.push(fold)
    for (const band of bands) {
      const held = byBand.get(band)
      if (held === undefined) byBand.set(band, [folds.length])
      else held.push(folds.length)
    }
    folds.push({ fold, of: own, at: folds.length })
  }
  return result
}
