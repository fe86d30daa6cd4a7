/** Vectors as they lie in records: base64 of 32-bit floats in the order of this machine's bytes. */
export const vectorText = (values: Float32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')

/** Reads what vectorText wrote. */
export const vectorIn = (text: string): Float32Array =>
  new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)
