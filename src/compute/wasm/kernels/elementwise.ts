import { floatAt, placeOf, setFloat } from './array'
import { exp4 } from './exp'

/** out_n = tanh in_n, within a relative error of 4·10⁻⁷. */
export function tanh(size: i32, input: usize, out: usize): void {
  let n = 0
  for (; n <= size - 4; n += 4) v128.store(placeOf(out, n), tanh4(v128.load(placeOf(input, n))))
  for (; n < size; n++) setFloat(out, n, f32x4.extract_lane(tanh4(f32x4.splat(floatAt(input, n))), 0))
}

/** out_n = exp in_n, as near as exp4; 0 below −87 and infinite above 88.3. */
export function exp(size: i32, input: usize, out: usize): void {
  let n = 0
  for (; n <= size - 4; n += 4) v128.store(placeOf(out, n), wholeExp4(v128.load(placeOf(input, n))))
  for (; n < size; n++) setFloat(out, n, f32x4.extract_lane(wholeExp4(f32x4.splat(floatAt(input, n))), 0))
}

/** exp4 with the ends of the range; its 2ⁿ is infinite for n = 128. */
@inline
function wholeExp4(x: v128): v128 {
  const exponential = exp4(f32x4.min(x, f32x4.splat(88.75)))
  return v128.andnot(exponential, f32x4.lt(x, f32x4.splat(-87)))
}

/**
 * 1 − 2 / (exp 2|x| + 1) with the sign of x; near zero, where that cancels, the Taylor polynomial of degree 11, whose
 * remainder is below 4·10⁻⁸ x for |x| < 0.3.
 */
@inline
function tanh4(x: v128): v128 {
  const one = f32x4.splat(1)
  const size = f32x4.min(f32x4.abs(x), f32x4.splat(10))
  const exponential = exp4(f32x4.add(size, size))
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exponential, one)))
  const sign = v128.and(x, f32x4.splat(-0.0))
  const square = f32x4.mul(x, x)
  let sum = f32x4.add(f32x4.mul(square, f32x4.splat(-1382 / 155925.0)), f32x4.splat(62 / 2835.0))
  sum = f32x4.add(f32x4.mul(square, sum), f32x4.splat(-17 / 315.0))
  sum = f32x4.add(f32x4.mul(square, sum), f32x4.splat(2 / 15.0))
  sum = f32x4.add(f32x4.mul(square, sum), f32x4.splat(-1 / 3.0))
  sum = f32x4.add(f32x4.mul(square, sum), one)
  return v128.bitselect(f32x4.mul(x, sum), v128.or(far, sign), f32x4.lt(size, f32x4.splat(0.3)))
}
