import type { Data, DataType } from 'apache-arrow'
import type { CellOf, Columns, RowOf } from './columns.ts'

/** Of an int64 in bytes. */
const WIDE = 8

/**
 * Rows as a Parquet file: one row group, pages compressed by zstd. The packages that make it (WebAssembly, some 6 MB) are
 * loaded at the first use.
 * @param note texts about the whole file, in its key-value metadata
 */
export async function writeParquet<C extends Columns>(
  columns: C,
  rows: readonly RowOf<C>[],
  note: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const [arrow, parquet] = await Promise.all([import('apache-arrow'), import('parquet-wasm/node')])
  const { Table, Vector, makeData, tableToIPC } = arrow
  const types: { [K in keyof CellOf]: DataType } = {
    int: new arrow.Int64(),
    time: new arrow.Timestamp(arrow.TimeUnit.MICROSECOND, 'UTC'),
    number: new arrow.Float64(),
    flag: new arrow.Bool(),
    text: new arrow.Utf8(),
    bytes: new arrow.Binary(),
    sealed: new arrow.Binary(),
  }
  const vectors: Record<string, InstanceType<typeof Vector>> = {}
  let properties = new parquet.WriterPropertiesBuilder()
    .setCompression(parquet.Compression.ZSTD)
    .setKeyValueMetadata(new Map(Object.entries(note)))
  for (const [name, kind] of Object.entries(columns)) {
    const cells = rows.map((row) => row[name] ?? null)
    vectors[name] = new Vector([makeData({ type: types[kind], ...layout(kind, cells) } as never) as Data])
    if (kind === 'sealed')
      properties = properties
        .setColumnCompression(name, parquet.Compression.UNCOMPRESSED)
        .setColumnDictionaryEnabled(name, false)
        .setColumnStatisticsEnabled(name, parquet.EnabledStatistics.None)
  }
  const table = parquet.Table.fromIPCStream(tableToIPC(new Table(vectors), 'stream'))
  return parquet.writeParquet(table, properties.build())
}

type Cell = CellOf[keyof CellOf] | null

/** Cells as Arrow keeps a column of a kind: a bitmap of those that are there, then fixed places, or bytes and where each begins. */
function layout(kind: keyof CellOf, cells: readonly Cell[]) {
  const there = bitmap(cells.map((cell) => cell !== null))
  const common = {
    length: cells.length,
    nullCount: cells.reduce((n: number, cell) => (cell === null ? n + 1 : n), 0),
    nullBitmap: there,
  }
  switch (kind) {
    case 'int':
    case 'time':
      return { ...common, data: BigInt64Array.from(cells, (cell) => BigInt((cell as number | null) ?? 0)) }
    case 'number':
      return { ...common, data: Float64Array.from(cells, (cell) => (cell as number | null) ?? 0) }
    case 'flag':
      return { ...common, data: bitmap(cells.map((cell) => cell === true)) }
    default: {
      const parts = cells.map((cell) =>
        cell === null ? Buffer.alloc(0) : typeof cell === 'string' ? Buffer.from(cell) : (cell as Uint8Array),
      )
      const valueOffsets = new Int32Array(cells.length + 1)
      for (const [at, part] of parts.entries()) valueOffsets[at + 1] = valueOffsets[at]! + part.length
      return { ...common, valueOffsets, data: Buffer.concat(parts) }
    }
  }
}

/** One bit each, lowest first, in whole words. */
function bitmap(flags: readonly boolean[]): Uint8Array {
  const bits = new Uint8Array(Math.ceil(flags.length / (8 * WIDE)) * WIDE)
  for (const [at, flag] of flags.entries()) if (flag) bits[at >> 3]! |= 1 << (at & 7)
  return bits
}
