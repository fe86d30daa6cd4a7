/** Dot product of two vectors of the same length. Eight sums keep the processor's pipelines full. */
export function dot(a: Float32Array, b: Float32Array): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let s4 = 0
  let s5 = 0
  let s6 = 0
  let s7 = 0
  const whole = a.length - (a.length % 8)
  let i = 0
  for (; i < whole; i += 8) {
    s0 += a[i]! * b[i]!
    s1 += a[i + 1]! * b[i + 1]!
    s2 += a[i + 2]! * b[i + 2]!
    s3 += a[i + 3]! * b[i + 3]!
    s4 += a[i + 4]! * b[i + 4]!
    s5 += a[i + 5]! * b[i + 5]!
    s6 += a[i + 6]! * b[i + 6]!
    s7 += a[i + 7]! * b[i + 7]!
  }
  for (; i < a.length; i++) s0 += a[i]! * b[i]!
  return s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7))
}
