// Slices of a tensor of outer × size × inner numbers at `count` positions of its middle axis.
import { floatAt, intAt, placeOf, setFloat } from './array'
import { adam, average, changeOf, slopeOf } from './adam'

/** out_onk = x_o,positions_n,k: outer × count × inner */
export function takeSlices(
  outer: i32,
  size: i32,
  inner: i32,
  count: i32,
  positions: usize,
  x: usize,
  out: usize,
): void {
  const bytes = <usize>inner << 2
  for (let o = 0; o < outer; o++) {
    const from = x + (<usize>o * <usize>size * bytes)
    const to = out + (<usize>o * <usize>count * bytes)
    if (inner === 1) for (let n = 0; n < count; n++) setFloat(to, n, floatAt(from, intAt(positions, n)))
    else
      for (let n = 0; n < count; n++)
        memory.copy(to + <usize>n * bytes, from + <usize>intAt(positions, n) * bytes, bytes)
  }
}

/** One step of `adam`, in place, of the slices alone. The gradient is outer × count × inner. */
export function sparseAdam(
  outer: i32,
  size: i32,
  inner: i32,
  count: i32,
  positions: usize,
  gradient: usize,
  parameter: usize,
  mean: usize,
  variance: usize,
  decay: f32,
  rate: f32,
  scale: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  epsilon: f32,
): void {
  const bytes = <usize>inner << 2
  for (let o = 0; o < outer; o++) {
    const start = <usize>o * <usize>size * bytes
    const slopes = gradient + <usize>o * <usize>count * bytes
    let n = 0
    if (inner === 1)
      for (; n <= count - 4; n += 4) {
        const at0 = start + (<usize>intAt(positions, n) << 2)
        const at1 = start + (<usize>intAt(positions, n + 1) << 2)
        const at2 = start + (<usize>intAt(positions, n + 2) << 2)
        const at3 = start + (<usize>intAt(positions, n + 3) << 2)
        const theta = gatherFour(parameter, at0, at1, at2, at3)
        const g = slopeOf(v128.load(placeOf(slopes, n)), decay, theta)
        const m = average(beta1, gatherFour(mean, at0, at1, at2, at3), rest1, g)
        const v = average(beta2, gatherFour(variance, at0, at1, at2, at3), rest2, f32x4.mul(g, g))
        const change = changeOf(m, v, rate, scale, epsilon)
        scatterFour(parameter, at0, at1, at2, at3, f32x4.sub(theta, change))
        scatterFour(mean, at0, at1, at2, at3, m)
        scatterFour(variance, at0, at1, at2, at3, v)
      }
    for (; n < count; n++) {
      const at = start + <usize>intAt(positions, n) * bytes
      const slope = slopes + <usize>n * bytes
      const p = parameter + at
      const m = mean + at
      const v = variance + at
      adam(inner, p, slope, m, v, p, m, v, decay, rate, scale, beta1, rest1, beta2, rest2, epsilon)
    }
  }
}

@inline
function gatherFour(array: usize, at0: usize, at1: usize, at2: usize, at3: usize): v128 {
  let four = v128.load32_zero(array + at0)
  four = v128.load_lane<f32>(array + at1, four, 1)
  four = v128.load_lane<f32>(array + at2, four, 2)
  return v128.load_lane<f32>(array + at3, four, 3)
}

@inline
function scatterFour(array: usize, at0: usize, at1: usize, at2: usize, at3: usize, four: v128): void {
  v128.store_lane<f32>(array + at0, four, 0)
  v128.store_lane<f32>(array + at1, four, 1)
  v128.store_lane<f32>(array + at2, four, 2)
  v128.store_lane<f32>(array + at3, four, 3)
}
