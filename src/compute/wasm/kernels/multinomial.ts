import { floatAt, intAt, placeOf, setFloat, sum4 } from './array'
import { exp1, exp4 } from './exp'

/** The host's logarithm: AssemblyScript's own would need a table in memory, and the memory is not ours. */
@external('env', 'log')
declare function log(x: f64): f64

/** nll_r = N_r log Σ_i exp(logits_ri) − Σ_n values_n logits_n, with N_r the sum of the row's values. */
export function multinomialNll(
  rows: i32,
  columns: i32,
  logits: usize,
  offsets: usize,
  indices: usize,
  values: usize,
  nll: usize,
  logNormalizers: usize,
): void {
  for (let row = 0; row < rows; row++) {
    const ownLogits = placeOf(logits, row * columns)
    const top = maximum(ownLogits, columns)
    const logNormalizer = <f64>top + log(sumOfExponentials(ownLogits, columns, top))
    let explained: f64 = 0
    const end = intAt(offsets, row + 1)
    for (let n = intAt(offsets, row); n < end; n++)
      explained += <f64>floatAt(values, n) * (<f64>floatAt(ownLogits, intAt(indices, n)) - logNormalizer)
    setFloat(nll, row, <f32>-explained)
    setFloat(logNormalizers, row, <f32>logNormalizer)
  }
}

/** out_ri = dy_r (N_r exp(logits_ri − logNormalizer_r) − x_ri). */
export function multinomialNllGradient(
  rows: i32,
  columns: i32,
  logits: usize,
  offsets: usize,
  indices: usize,
  values: usize,
  dy: usize,
  logNormalizers: usize,
  out: usize,
): void {
  for (let row = 0; row < rows; row++) {
    const ownLogits = placeOf(logits, row * columns)
    const ownOut = placeOf(out, row * columns)
    const upstream = floatAt(dy, row)
    const from = intAt(offsets, row)
    const end = intAt(offsets, row + 1)
    let total: f32 = 0
    for (let n = from; n < end; n++) total += floatAt(values, n)
    scaledExponentials(ownLogits, columns, floatAt(logNormalizers, row), total * upstream, ownOut)
    for (let n = from; n < end; n++) {
      const column = intAt(indices, n)
      setFloat(ownOut, column, floatAt(ownOut, column) - upstream * floatAt(values, n))
    }
  }
}

@inline
function maximum(from: usize, size: i32): f32 {
  let four0 = f32x4.splat(-f32.MAX_VALUE)
  let four1 = four0
  let n = 0
  for (; n <= size - 8; n += 8) {
    four0 = f32x4.pmax(four0, v128.load(placeOf(from, n)))
    four1 = f32x4.pmax(four1, v128.load(placeOf(from, n), 16))
  }
  four0 = f32x4.pmax(four0, four1)
  let top = max<f32>(
    max<f32>(f32x4.extract_lane(four0, 0), f32x4.extract_lane(four0, 1)),
    max<f32>(f32x4.extract_lane(four0, 2), f32x4.extract_lane(four0, 3)),
  )
  for (; n < size; n++) top = max<f32>(top, floatAt(from, n))
  return top
}

/** Single precision within blocks of 256, double precision over them. */
@inline
function sumOfExponentials(from: usize, size: i32, top: f32): f64 {
  const shift = f32x4.splat(top)
  let sum: f64 = 0
  let n = 0
  while (n <= size - 8) {
    let four0 = f32x4.splat(0)
    let four1 = f32x4.splat(0)
    for (const end = min(n + 256, size - 7); n < end; n += 8) {
      four0 = f32x4.add(four0, exp4(f32x4.sub(v128.load(placeOf(from, n)), shift)))
      four1 = f32x4.add(four1, exp4(f32x4.sub(v128.load(placeOf(from, n), 16), shift)))
    }
    sum += <f64>sum4(f32x4.add(four0, four1))
  }
  for (; n < size; n++) sum += <f64>exp1(floatAt(from, n) - top)
  return sum
}

@inline
function scaledExponentials(from: usize, size: i32, shift: f32, scale: f32, out: usize): void {
  const shift4 = f32x4.splat(shift)
  const scale4 = f32x4.splat(scale)
  let n = 0
  for (; n <= size - 4; n += 4) {
    const exponential = exp4(f32x4.sub(v128.load(placeOf(from, n)), shift4))
    v128.store(placeOf(out, n), f32x4.mul(scale4, exponential))
  }
  for (; n < size; n++) setFloat(out, n, scale * exp1(floatAt(from, n) - shift))
}
