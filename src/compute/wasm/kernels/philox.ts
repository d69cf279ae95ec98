// Philox 4×32-10 and its draws, as random/philox.ts defines them.
import { floatAt, setFloat } from './array'

/** out_n uniform in [0, 1). The counter is (⌊n / 4⌋, 0, step, stream). */
export function philoxUniform(size: i32, key0: u32, key1: u32, step: u32, stream: u32, out: usize): void {
  for (let n = 0; n < size; n += 4) {
    const at = block(<u32>(n >> 2), key0, key1, step, stream)
    const left = size - n
    setFloat(out, n, uniformOf(word0))
    if (left > 1) setFloat(out, n + 1, uniformOf(at))
    if (left > 2) setFloat(out, n + 2, uniformOf(word2))
    if (left > 3) setFloat(out, n + 3, uniformOf(word3))
  }
}

/** out_n standard normal, by Box and Muller from the pairs of uniform draws. */
export function philoxNormal(size: i32, key0: u32, key1: u32, step: u32, stream: u32, out: usize): void {
  for (let n = 0; n < size; n += 4) {
    const at = block(<u32>(n >> 2), key0, key1, step, stream)
    const left = size - n
    setNormalPair(out, n, left, word0, at)
    if (left > 2) setNormalPair(out, n + 2, left - 2, word2, word3)
  }
}

/** out_n = factor x_n, and 0 where the uniform draw is below `rate`. */
export function philoxDropout(
  size: i32,
  key0: u32,
  key1: u32,
  step: u32,
  stream: u32,
  rate: f32,
  factor: f32,
  x: usize,
  out: usize,
): void {
  for (let n = 0; n < size; n += 4) {
    const at = block(<u32>(n >> 2), key0, key1, step, stream)
    const left = size - n
    drop(x, out, n, word0, rate, factor)
    if (left > 1) drop(x, out, n + 1, at, rate, factor)
    if (left > 2) drop(x, out, n + 2, word2, rate, factor)
    if (left > 3) drop(x, out, n + 3, word3, rate, factor)
  }
}

let word0: u32 = 0
let word2: u32 = 0
let word3: u32 = 0

/** Words 0, 2 and 3 of the block go to the globals, word 1 is returned. */
@inline
function block(n: u32, key0: u32, key1: u32, step: u32, stream: u32): u32 {
  let c0 = n
  let c1: u32 = 0
  let c2 = step
  let c3 = stream
  let k0 = key0
  let k1 = key1
  for (let round = 0; round < 10; round++) {
    const product0 = <u64>c0 * 0xd2511f53
    const product1 = <u64>c2 * 0xcd9e8d57
    c0 = <u32>(product1 >> 32) ^ c1 ^ k0
    c1 = <u32>product1
    c2 = <u32>(product0 >> 32) ^ c3 ^ k1
    c3 = <u32>product0
    k0 += 0x9e3779b9
    k1 += 0xbb67ae85
  }
  word0 = c0
  word2 = c2
  word3 = c3
  return c1
}

@inline
function uniformOf(word: u32): f32 {
  return <f32>(word & 0x7fffff) * <f32>(1.0 / 8388608)
}

@inline
function drop(x: usize, out: usize, n: i32, word: u32, rate: f32, factor: f32): void {
  setFloat(out, n, uniformOf(word) < rate ? 0 : floatAt(x, n) * factor)
}

@inline
function setNormalPair(out: usize, n: i32, left: i32, first: u32, second: u32): void {
  const radius = sqrt<f64>(-2 * logOf(max<f64>(<f64>uniformOf(first), 1e-7)))
  // the angle in quarter turns: a whole number of them, and at most half a one beside
  const turns = <f64>uniformOf(second) * 4
  const whole = nearest<f64>(turns)
  const angle = (turns - whole) * 1.5707963267948966
  const sine = sineOf(angle)
  const cosine = cosineOf(angle)
  const quarter = <i32>whole & 3
  const isOdd = (quarter & 1) == 1
  const sin = (isOdd ? cosine : sine) * (quarter >= 2 ? -1 : 1)
  const cos = (isOdd ? sine : cosine) * (quarter == 1 || quarter == 2 ? -1 : 1)
  setFloat(out, n, <f32>(radius * sin))
  if (left > 1) setFloat(out, n + 1, <f32>(radius * cos))
}

/** Within 10⁻¹⁰, for 0 < x ≤ 1: ln x = e ln 2 + 2 artanh s with s = (m − 1)/(m + 1), |s| < 0.18. */
@inline
function logOf(x: f64): f64 {
  const bits = reinterpret<i64>(x)
  let exponent = <i32>(bits >> 52) - 1023
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000)
  if (m > 1.4142135623730951) {
    m *= 0.5
    exponent++
  }
  const s = (m - 1) / (m + 1)
  const q = s * s
  const series = 1 + q * (1 / 3.0 + q * (1 / 5.0 + q * (1 / 7.0 + q * (1 / 9.0 + q * (1 / 11.0)))))
  return <f64>exponent * 0.6931471805599453 + 2 * s * series
}

/** Taylor's polynomial of degree 9, for |x| ≤ π/4: within 2·10⁻⁹. */
@inline
function sineOf(x: f64): f64 {
  const q = x * x
  return x * (1 + q * (-1 / 6.0 + q * (1 / 120.0 + q * (-1 / 5040.0 + q * (1 / 362880.0)))))
}

/** Taylor's polynomial of degree 10, for |x| ≤ π/4: within 2·10⁻¹⁰. */
@inline
function cosineOf(x: f64): f64 {
  const q = x * x
  return (
    1 + q * (-1 / 2.0 + q * (1 / 24.0 + q * (-1 / 720.0 + q * (1 / 40320.0 + q * (-1 / 3628800.0)))))
  )
}
