import { floatAt, intAt, setInt } from './array'
import { keep, valueOf, valueOf4 } from './shortlist'

/**
 * The `count` columns n with the largest `step` · steps_n · products_n + biases_n, of those with a byte other than 0 in
 * `allowed`, and all that are equal to the least of them but come before it.
 *
 * @param lowest room for `count` numbers
 * @param out the columns, ascending; room for `size`
 * @returns how many
 */
export function candidates(
  size: i32,
  products: usize,
  step: f32,
  steps: usize,
  biases: usize,
  allowed: usize,
  count: i32,
  lowest: usize,
  out: usize,
): i32 {
  if (count == 0) return 0
  const whole = size & ~3
  let held = 0
  let found = 0
  let bar: f32 = -f32.MAX_VALUE
  for (let n = 0; n < size; n += n < whole ? 4 : 1) {
    if (n < whole && held == count) {
      const value = valueOf4(n, products, step, steps, biases)
      if (!v128.any_true(f32x4.gt(value, f32x4.splat(bar)))) continue
    }
    for (let at = n, end = n < whole ? n + 4 : n + 1; at < end; at++) {
      const value = valueOf(at, products, step, steps, biases)
      if (load<u8>(allowed + at) == 0 || (held == count && value <= bar)) continue
      held = keep(lowest, held, count, value)
      setInt(out, found++, at)
      if (held == count) bar = floatAt(lowest, 0)
    }
  }
  if (held < count) return found
  let left = 0
  for (let at = 0; at < found; at++) {
    const n = intAt(out, at)
    if (valueOf(n, products, step, steps, biases) >= bar) setInt(out, left++, n)
  }
  return left
}
