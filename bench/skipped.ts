/** What an evaluation answers where it lacks what it needs: that, in words. */
export interface Skipped {
  skipped: string
}
