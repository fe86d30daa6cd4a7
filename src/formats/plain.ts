/**
 * Makes one harmless line of a text that somebody else wrote: line breaks and tabs become spaces, every other control
 * character (terminal escapes among them) and every invisible format character (bidirectional overrides, zero-width
 * and tag characters) is dropped, half surrogates become U+FFFD, runs of spaces become one.
 */
export function plain(text: string): string {
  return text
    .replace(/[\s\u0085]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/ {2,}/g, ' ')
    .trim()
}

/** The first `max` code points of a text, the last of them an ellipsis where it was longer. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text
  const points = [...text]
  return points.length <= max ? text : `${points.slice(0, max - 1).join('')}…`
}

/**
 * JSON on one line that means exactly what was given and still cannot steer a terminal or an editor: control, format
 * and line-separator characters are written as escapes.
 */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, (c) =>
    [...Array(c.length).keys()].map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  )
}
