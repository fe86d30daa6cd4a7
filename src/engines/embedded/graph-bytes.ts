/**
 * hnswlib writes its graph as a header, then one element after another: links, vector, label; then the links of the
 * upper levels. The vectors stand in the segment already, so a snapshot keeps the rest alone: half the size, and a
 * wiped vector is wiped everywhere. The header describes the layout itself, little-endian:
 * offset of level 0, capacity, count, bytes of an element, offset of its label, offset of its vector (u64 each), ….
 */
const HEADER_BYTES = 96
const COUNT_AT = 16
const ELEMENT_AT = 24
const LABEL_AT = 32
const VECTOR_AT = 40
const LABEL_BYTES = 8

/** Bytes of one number of links, and of one link. */
const LINK_BYTES = 4

/**
 * How long a serialised graph is at most. Each upper level holds one element of `links` of the one below, with room for
 * `links` and their number: together less than two links for each element; four are counted.
 * @param links of an element, M of hnswlib; level 0 has twice as many
 */
export function mostBytes(count: number, dims: number, links: number): number {
  const levels = LINK_BYTES * (1 + 2 * links + 1 + 4)
  return HEADER_BYTES + count * (dims * Float32Array.BYTES_PER_ELEMENT + LABEL_BYTES + levels)
}

/** A serialised graph without its vectors. Throws where the layout is not the one described above, or the end is not there. */
export function withoutVectors(graph: Uint8Array, dims: number): Uint8Array {
  const { count, element, vectorAt, vectorBytes } = layoutOf(graph, dims)
  if (graph.length < HEADER_BYTES + count * element) throw new Error('the graph ends too early')
  const bare = new Uint8Array(graph.length - count * vectorBytes)
  bare.set(graph.subarray(0, HEADER_BYTES))
  let to = HEADER_BYTES
  let from = HEADER_BYTES
  for (let i = 0; i < count; i++, from += element) {
    bare.set(graph.subarray(from, from + vectorAt), to)
    to += vectorAt
    bare.set(graph.subarray(from + vectorAt + vectorBytes, from + element), to)
    to += element - vectorAt - vectorBytes
  }
  checkUpper(graph, from, count)
  bare.set(graph.subarray(from), to)
  return bare
}

/** Upper levels are a length (u32) and so many bytes for each element, to the end: a disk that was full left less. */
function checkUpper(graph: Uint8Array, at: number, count: number): void {
  const view = new DataView(graph.buffer, graph.byteOffset, graph.byteLength)
  for (let i = 0; i < count && at + LINK_BYTES <= graph.length; i++) at += LINK_BYTES + view.getUint32(at, true)
  if (at !== graph.length) throw new Error('the graph ends too early')
}

/** The inverse: puts the vector of its label into each element. Throws where a label has none. */
export function withVectors(bare: Uint8Array, vectors: Float32Array, dims: number): Uint8Array {
  const { count, element, vectorAt, vectorBytes } = layoutOf(bare, dims)
  if (bare.length < HEADER_BYTES + count * (element - vectorBytes)) throw new Error('the graph ends too early')
  const graph = new Uint8Array(bare.length + count * vectorBytes)
  const bytes = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength)
  const view = new DataView(bare.buffer, bare.byteOffset, bare.byteLength)
  graph.set(bare.subarray(0, HEADER_BYTES))
  let to = HEADER_BYTES
  let from = HEADER_BYTES
  for (let i = 0; i < count; i++, to += element) {
    const label = view.getUint32(from + vectorAt, true)
    if ((label + 1) * vectorBytes > bytes.length) throw new Error('the graph names a vector that is not there')
    graph.set(bare.subarray(from, from + vectorAt), to)
    graph.set(bytes.subarray(label * vectorBytes, (label + 1) * vectorBytes), to + vectorAt)
    from += vectorAt
    graph.set(bare.subarray(from, from + LABEL_BYTES), to + vectorAt + vectorBytes)
    from += LABEL_BYTES
  }
  graph.set(bare.subarray(from), to)
  return graph
}

function layoutOf(bytes: Uint8Array, dims: number) {
  if (bytes.length < HEADER_BYTES) throw new Error('the graph ends too early')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const u64 = (at: number) => Number(view.getBigUint64(at, true))
  const vectorBytes = dims * Float32Array.BYTES_PER_ELEMENT
  const [count, element, labelAt, vectorAt] = [u64(COUNT_AT), u64(ELEMENT_AT), u64(LABEL_AT), u64(VECTOR_AT)]
  if (u64(0) !== 0 || labelAt !== vectorAt + vectorBytes || element !== labelAt + LABEL_BYTES)
    throw new Error('the graph has a layout that is not known here')
  return { count, element, vectorAt, vectorBytes }
}
