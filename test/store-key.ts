/** What the stores of tests are encrypted under. */
export const storeKey = new Uint8Array(32).fill(9)
