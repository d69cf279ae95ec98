import { dot } from './sampled'
import { floatAt, intAt, placeOf, setFloat, setInt } from './array'

/**
 * The columns n that may be among the `count` with the largest a · b_n + biases_n, of those with a byte other than 0 in
 * `allowed`. That value is known to lie within `doubt · doubts_n + slack` of `step · steps_n · products_n + biases_n`; a
 * column is out when `count` others are certainly above it.
 *
 * @param a `width` numbers
 * @param b rows of `width` numbers, one for each column
 * @param lowest room for `count` numbers
 * @param out the columns, ascending; room for `size`
 * @returns how many
 */
export function shortlist(
  size: i32,
  products: usize,
  step: f32,
  steps: usize,
  biases: usize,
  doubt: f32,
  doubts: usize,
  slack: f32,
  allowed: usize,
  count: i32,
  a: usize,
  b: usize,
  width: i32,
  lowest: usize,
  out: usize,
): i32 {
  const whole = size & ~3
  let held = 0
  let bar: f32 = -f32.MAX_VALUE
  for (let n = 0; n < size; n += n < whole ? 4 : 1) {
    if (n < whole && held == count) {
      const value = valueOf4(n, products, step, steps, biases)
      const lower = f32x4.sub(value, doubtOf4(n, doubt, doubts, slack))
      if (!v128.any_true(f32x4.gt(lower, f32x4.splat(bar)))) continue
    }
    for (let at = n, end = n < whole ? n + 4 : n + 1; at < end; at++) {
      const lower = valueOf(at, products, step, steps, biases) - doubtOf(at, doubt, doubts, slack)
      if (load<u8>(allowed + at) == 0 || (held == count && lower <= bar)) continue
      held = keep(lowest, held, count, lower)
      if (held == count && count > 0) bar = floatAt(lowest, 0)
    }
  }
  if (count == 0) return 0
  let found = 0
  for (let n = 0; n < whole; n += 4) {
    const value = valueOf4(n, products, step, steps, biases)
    const upper = f32x4.add(value, doubtOf4(n, doubt, doubts, slack))
    const reached = i32x4.bitmask(f32x4.ge(upper, f32x4.splat(bar)))
    if (reached == 0) continue
    for (let lane = 0; lane < 4; lane++)
      if (reached & (1 << lane) && load<u8>(allowed + n + lane) != 0) setInt(out, found++, n + lane)
  }
  for (let at = whole; at < size; at++) {
    const upper = valueOf(at, products, step, steps, biases) + doubtOf(at, doubt, doubts, slack)
    if (upper >= bar && load<u8>(allowed + at) != 0) setInt(out, found++, at)
  }
  if (held < count) return found
  // What the certain ones are exactly rules most of the others out.
  let least = f32.MAX_VALUE
  for (let at = 0; at < found; at++) {
    const n = intAt(out, at)
    const lower = valueOf(n, products, step, steps, biases) - doubtOf(n, doubt, doubts, slack)
    if (lower >= bar) least = min<f32>(least, dot(a, b, n, width) + floatAt(biases, n))
  }
  let left = 0
  for (let at = 0; at < found; at++) {
    const n = intAt(out, at)
    const upper = valueOf(n, products, step, steps, biases) + doubtOf(n, doubt, doubts, slack)
    if (upper >= least) setInt(out, left++, n)
  }
  return left
}

@inline
export function valueOf(n: i32, products: usize, step: f32, steps: usize, biases: usize): f32 {
  return step * floatAt(steps, n) * <f32>intAt(products, n) + floatAt(biases, n)
}

@inline
export function valueOf4(n: i32, products: usize, step: f32, steps: usize, biases: usize): v128 {
  const scale = f32x4.mul(f32x4.splat(step), v128.load(placeOf(steps, n)))
  const product = f32x4.convert_i32x4_s(v128.load(placeOf(products, n)))
  return f32x4.add(f32x4.mul(scale, product), v128.load(placeOf(biases, n)))
}

@inline
function doubtOf(n: i32, doubt: f32, doubts: usize, slack: f32): f32 {
  return doubt * floatAt(doubts, n) + slack
}

@inline
function doubtOf4(n: i32, doubt: f32, doubts: usize, slack: f32): v128 {
  return f32x4.add(f32x4.mul(f32x4.splat(doubt), v128.load(placeOf(doubts, n))), f32x4.splat(slack))
}

/** Takes a number into a heap of the `count` largest with the least on top; gives how many it holds. */
export function keep(heap: usize, held: i32, count: i32, value: f32): i32 {
  if (held < count) {
    siftUp(heap, held, value)
    return held + 1
  }
  if (count > 0) siftDown(heap, count, value)
  return held
}

function siftUp(heap: usize, from: i32, value: f32): void {
  let at = from
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = floatAt(heap, parent)
    if (above <= value) break
    setFloat(heap, at, above)
    at = parent
  }
  setFloat(heap, at, value)
}

function siftDown(heap: usize, size: i32, value: f32): void {
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= size) break
    if (child + 1 < size && floatAt(heap, child + 1) < floatAt(heap, child)) child++
    const below = floatAt(heap, child)
    if (below >= value) break
    setFloat(heap, at, below)
    at = child
  }
  setFloat(heap, at, value)
}
