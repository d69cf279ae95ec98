import { floatAt, placeOf, sum4 } from './array'

/** Σ x², in single precision within blocks of 1024 and in double precision over them. */
export function sumOfSquares(size: i32, x: usize): f64 {
  let sum: f64 = 0
  let n = 0
  while (n <= size - 8) {
    let four0 = f32x4.splat(0)
    let four1 = f32x4.splat(0)
    for (const end = min(n + 1024, size - 7); n < end; n += 8) {
      const left = v128.load(placeOf(x, n))
      const right = v128.load(placeOf(x, n), 16)
      four0 = f32x4.add(four0, f32x4.mul(left, left))
      four1 = f32x4.add(four1, f32x4.mul(right, right))
    }
    sum += <f64>sum4(f32x4.add(four0, four1))
  }
  for (; n < size; n++) sum += <f64>floatAt(x, n) * <f64>floatAt(x, n)
  return sum
}
