/**
 * exp of four numbers up to 88, within a relative error of 2·10⁻⁷ + 10⁻⁷ |x|; exp(−87) for all below −87.
 *
 * exp x = 2ⁿ 2^r with n a whole number and |r| ≤ ½. 2ⁿ is put together from its bits; 2^r is the polynomial of degree 5
 * with 2⁰ = 1 whose largest relative error over that interval is the least possible, 1.1·10⁻⁷.
 */
@inline
export function exp4(x: v128): v128 {
  const exponent = f32x4.max(f32x4.mul(x, f32x4.splat(1.44269504)), f32x4.splat(-125.5))
  // Adding 1.5 · 2²³ rounds to a whole number and leaves it in the lowest bits; 127 is the bias of a float's exponent.
  const shifted = f32x4.add(exponent, f32x4.splat(12582912 + 127))
  const r = f32x4.sub(exponent, f32x4.sub(shifted, f32x4.splat(12582912 + 127)))
  let sum = f32x4.add(f32x4.mul(r, f32x4.splat(1.32647273e-3)), f32x4.splat(9.67151299e-3))
  sum = f32x4.add(f32x4.mul(r, sum), f32x4.splat(5.55073358e-2))
  sum = f32x4.add(f32x4.mul(r, sum), f32x4.splat(0.240222424))
  sum = f32x4.add(f32x4.mul(r, sum), f32x4.splat(0.693147004))
  sum = f32x4.add(f32x4.mul(r, sum), f32x4.splat(1))
  return f32x4.mul(sum, i32x4.shl(shifted, 23))
}

@inline
export function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0)
}
