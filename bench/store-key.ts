/** What the stores of a measurement are encrypted under. */
export const storeKey = new Uint8Array(32).fill(7)
