/** Form of what stands for a text that is not kept: its keyed hash and its length in UTF-16 units. Sixteen digits without a letter are none of ours. */
export const WITHHELD_FORM = '\\[TEXT:(?![0-9]{16} )[0-9a-f]{16} [0-9]{1,9} characters\\]'

const WITHHELD = new RegExp(WITHHELD_FORM, 'g')

/** What of a text can be read: nothing of one that is withheld, so that its placeholder is neither embedded, nor indexed, nor scored. */
export const readableOf = (text: string): string => (text.includes('[TEXT:') ? text.replace(WITHHELD, '').trim() : text)
