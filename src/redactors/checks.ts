/**
 * Check digits. Every function takes a number without separators, letters in upper case, check digit included, and
 * answers false for what it cannot read. None throws.
 */

/** The checks that a rule of a house may ask for by name. */
export const CHECKS: Readonly<
  Record<'luhn' | 'mod97' | 'mod11' | 'verhoeff' | 'mod11-10', (compact: string) => boolean>
> = {
  luhn: (compact) => DIGITS.test(compact) && luhn(compact),
  mod97: (compact) => remainder97(compact) === 1,
  mod11,
  verhoeff,
  'mod11-10': mod11and10,
}

const DIGITS = /^\d+$/

/** Luhn's check (ISO/IEC 7812-1, annex B): every second digit from the right doubled, digit sums added, a multiple of ten. */
export function luhn(digits: string): boolean {
  let sum = 0
  for (let i = digits.length - 1, double = false; i >= 0; i--, double = !double) {
    const d = digits.charCodeAt(i) - 48
    sum += double ? (d > 4 ? 2 * d - 9 : 2 * d) : d
  }
  return sum % 10 === 0
}

/**
 * Digits times weights, added. The weights begin anew where the number is longer; where it is shorter, the rest of them
 * is not used. A letter counts as its place in 0 to 9, A to Z.
 */
export function weighted(compact: string, weights: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < compact.length; i++) sum += placeOf(compact, i) * (weights[i % weights.length] as number)
  return sum
}

/** 0 to 9 for digits, 10 to 35 for letters. */
const placeOf = (compact: string, at: number): number => {
  const code = compact.charCodeAt(at)
  return code < 58 ? code - 48 : code - 55
}

/** Weights 1, 2, 3, … from the right, the sum a multiple of eleven; a last X stands for ten (ISBN-10, ISO 2108:1992; NHS number). */
export function mod11(compact: string): boolean {
  if (!/^\d+[\dX]$/.test(compact)) return false
  let sum = compact.endsWith('X') ? 10 : placeOf(compact, compact.length - 1)
  for (let i = compact.length - 2; i >= 0; i--) sum += placeOf(compact, i) * (compact.length - i)
  return sum % 11 === 0
}

/** ISO 7064, MOD 11-2: powers of two modulo eleven; a last X stands for ten (resident identity numbers of China, ORCID). */
export function mod11and2(compact: string): boolean {
  if (!/^\d+[\dX]$/.test(compact)) return false
  let rest = 0
  for (let i = 0; i < compact.length - 1; i++) rest = ((rest + placeOf(compact, i)) * 2) % 11
  return (rest + (compact.endsWith('X') ? 10 : placeOf(compact, compact.length - 1))) % 11 === 1
}

/** ISO 7064, MOD 11,10: the hybrid system with one decimal check digit (tax numbers of Germany, OIB of Croatia). */
export function mod11and10(digits: string): boolean {
  if (!/^\d{2,}$/.test(digits)) return false
  let product = 10
  for (let i = 0; i < digits.length - 1; i++) {
    const sum = (placeOf(digits, i) + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (product + placeOf(digits, digits.length - 1)) % 10 === 1
}

/** Remainder modulo 97 of digits, letters read as 10 to 35 (ISO 7064, MOD 97-10: valid where it is 1). NaN for anything else. */
export function remainder97(compact: string): number {
  if (!/^[0-9A-Z]+$/.test(compact)) return Number.NaN
  let rest = 0
  for (let i = 0; i < compact.length; i++) {
    const value = placeOf(compact, i)
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97
  }
  return rest
}

/** Multiplication in the dihedral group of ten elements: `PRODUCT[a][b]`. */
const PRODUCT = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
]
/** What the place of a digit, from the right and modulo eight, does to it. */
const PERMUTED = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
]

/** Verhoeff's check (Error detecting decimal codes, 1969) over the dihedral group. */
export function verhoeff(digits: string): boolean {
  if (!DIGITS.test(digits)) return false
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = placeOf(digits, digits.length - 1 - i)
    const placed = (PERMUTED[i % 8] as string).charCodeAt(digit) - 48
    sum = (PRODUCT[sum] as string).charCodeAt(placed) - 48
  }
  return sum === 0
}
