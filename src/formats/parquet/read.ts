import type { Data, DataType } from 'apache-arrow'
import { type CellOf, type Columns, ParquetError, type RowOf } from './columns.ts'

/** A file as it was read. */
export interface ParquetContent<C extends Columns> {
  rows: RowOf<C>[]
  /** Texts about the whole file. */
  note: Record<string, string>
}

/**
 * The rows of a file that `writeParquet` made; columns that are not asked for are passed over. Throws ParquetError where it
 * is no Parquet file, or a column is missing or of another kind.
 */
export async function readParquet<C extends Columns>(bytes: Uint8Array, columns: C): Promise<ParquetContent<C>> {
  const [{ tableFromIPC }, parquet] = await Promise.all([import('apache-arrow'), import('parquet-wasm/node')])
  const table = (() => {
    try {
      return tableFromIPC(parquet.readParquet(bytes).intoIPCStream())
    } catch (cause) {
      throw new ParquetError('it is no Parquet file, or was cut off', { cause })
    }
  })()
  const rows = Array.from({ length: table.numRows }, () => ({}) as RowOf<C>)
  for (const [name, kind] of Object.entries(columns)) {
    const vector = table.getChild(name)
    if (vector === null) throw new ParquetError(`it has no column ${name}`)
    let at = 0
    for (const data of vector.data)
      for (const cell of cellsOf(name, kind, data)) rows[at++]![name as keyof C] = cell as RowOf<C>[keyof C]
  }
  return { rows, note: Object.fromEntries(table.schema.metadata) }
}

type Cell = CellOf[keyof CellOf] | null

/** How Arrow says what is in a column, by the kind that we call it. */
const SAYS: Record<keyof CellOf, RegExp> = {
  int: /^Int64$/,
  time: /^Timestamp<MICROSECOND/,
  number: /^Float64$/,
  flag: /^Bool$/,
  text: /^Utf8$/,
  bytes: /^Binary$/,
  sealed: /^Binary$/,
}

/** Cells of one stretch of a column, read from its bytes: what the package makes of a time is milliseconds. */
function cellsOf(name: string, kind: keyof CellOf, data: Data<DataType>): Cell[] {
  if (!SAYS[kind].test(String(data.type))) throw new ParquetError(`its column ${name} is of another kind`)
  const { length, offset, nullCount, nullBitmap } = data
  const { values, valueOffsets } = data as unknown as { values: Uint8Array | BigInt64Array; valueOffsets: Int32Array }
  const isSet = (bits: Uint8Array, at: number) => (bits[(at + offset) >> 3]! & (1 << ((at + offset) & 7))) !== 0
  const cell = (at: number): Cell => {
    switch (kind) {
      case 'int':
      case 'time': {
        const value = Number(values[at])
        if (!Number.isSafeInteger(value)) throw new ParquetError(`its column ${name} has a number that is too large`)
        return value
      }
      case 'number':
        return values[at] as number
      case 'flag':
        return isSet(values as Uint8Array, at)
      default: {
        const { buffer, byteOffset } = values as Uint8Array
        const bytes = Buffer.from(
          buffer as ArrayBuffer,
          byteOffset + valueOffsets[at]!,
          valueOffsets[at + 1]! - valueOffsets[at]!,
        )
        return kind === 'text' ? bytes.toString('utf8') : new Uint8Array(bytes)
      }
    }
  }
  return Array.from({ length }, (_, at) => (nullCount > 0 && !isSet(nullBitmap, at) ? null : cell(at)))
}
