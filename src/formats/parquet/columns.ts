/** What a cell may be, by the kind of its column; null stands for none in each. */
export interface CellOf {
  /** A safe integer. INT64. */
  int: number
  /** Epoch microseconds. TIMESTAMP of microseconds in UTC. */
  time: number
  /** DOUBLE. */
  number: number
  /** BOOLEAN. */
  flag: boolean
  /** UTF-8. STRING. */
  text: string
  /** BYTE_ARRAY. */
  bytes: Uint8Array
  /** The same of what neither repeats nor shrinks, such as sealed bytes: stored as it is. */
  sealed: Uint8Array
}

/** Columns of a file, by name, in their order. */
export type Columns = Readonly<Record<string, keyof CellOf>>

/** A row of a file. */
export type RowOf<C extends Columns> = { -readonly [N in keyof C]: CellOf[C[N]] | null }

/** Why a file is not to be used. The message quotes nothing of it. */
export class ParquetError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ParquetError'
  }
}
