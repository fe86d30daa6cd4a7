/** Characters that are remembered with their folded form. */
const HELD = 4_096
const BLANK = /[\s\p{Cc}\p{Default_Ignorable_Code_Point}]/gu

/** The form in which texts and canaries are compared. */
export interface Fold {
  /**
   * UTF-16 units of the compatibility decomposition in small letters, without blanks and what shows nothing, so that
   * neither a line break nor a zero-width character nor full-width letters part a string. Takes time in proportion to the
   * text. Holds until the next call.
   */
  of(text: string): Uint16Array
  /** For each unit of the last call's answer, where its character begins. */
  origins(text: string): Int32Array
}

/** Folds texts with memory of its own, which grows to the longest. */
export function createFold(): Fold {
  let units = new Uint16Array(4_096)
  const known = new Map<number, string>()

  function folded(point: number): string {
    const held = known.get(point)
    if (held !== undefined) return held
    const form = String.fromCodePoint(point).normalize('NFKD').toLowerCase().replace(BLANK, '')
    if (known.size >= HELD) known.clear()
    known.set(point, form)
    return form
  }

  /** @param origins of each unit, where they are wanted */
  function fold(text: string, origins: number[] | null): number {
    let n = 0
    const room = (wanted: number) => {
      if (wanted <= units.length) return
      const more = new Uint16Array(2 * wanted)
      more.set(units)
      units = more
    }
    room(text.length)
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit < 0x80) {
        if (unit <= 0x20 || unit === 0x7f) continue
        units[n++] = unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit
        origins?.push(i)
        continue
      }
      const point = text.codePointAt(i) as number
      const form = folded(point)
      // one character may be eighteen in its compatibility form
      room(n + form.length + text.length - i)
      for (let k = 0; k < form.length; k++) {
        units[n++] = form.charCodeAt(k)
        origins?.push(i)
      }
      if (point > 0xffff) i++
    }
    return n
  }

  return {
    of(text) {
      const n = fold(text, null)
      return units.subarray(0, n)
    },

    origins(text) {
      const at: number[] = []
      fold(text, at)
      return Int32Array.from(at)
    },
  }
}
