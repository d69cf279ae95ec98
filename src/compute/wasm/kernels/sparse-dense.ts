import { floatAt, intAt } from './array'

/**
 * out = sparse × dense, row by row: out_r = Σ_n values_n dense_{indices_n}, rows of `size` numbers. Four rows of
 * `dense` are added at a time, so that each number of `out` is loaded and stored once for four products.
 */
export function sparseDense(
  rows: i32,
  offsets: usize,
  indices: usize,
  values: usize,
  dense: usize,
  size: i32,
  out: usize,
): void {
  const stride: usize = (<usize>size) << 2
  let target = out
  for (let row = 0; row < rows; row++) {
    const end = intAt(offsets, row + 1)
    let n = intAt(offsets, row)
    if (end - n < 4) memory.fill(target, 0, stride)
    else {
      addFour(true, indices, values, n, dense, stride, target)
      n += 4
      for (; n <= end - 4; n += 4) addFour(false, indices, values, n, dense, stride, target)
    }
    for (; n < end; n++) addOne(indices, values, n, dense, stride, target)
    target += stride
  }
}

@inline
function rowOf(indices: usize, n: i32, dense: usize, stride: usize): usize {
  return dense + <usize>intAt(indices, n) * stride
}

@inline
function addFour(
  first: bool,
  indices: usize,
  values: usize,
  n: i32,
  dense: usize,
  stride: usize,
  target: usize,
): void {
  const row0 = rowOf(indices, n, dense, stride)
  const row1 = rowOf(indices, n + 1, dense, stride)
  const row2 = rowOf(indices, n + 2, dense, stride)
  const row3 = rowOf(indices, n + 3, dense, stride)
  const value0 = floatAt(values, n)
  const value1 = floatAt(values, n + 1)
  const value2 = floatAt(values, n + 2)
  const value3 = floatAt(values, n + 3)
  const four0 = f32x4.splat(value0)
  const four1 = f32x4.splat(value1)
  const four2 = f32x4.splat(value2)
  const four3 = f32x4.splat(value3)
  let at: usize = 0
  for (const whole = stride & ~15; at < whole; at += 16) {
    const left = f32x4.add(
      f32x4.mul(four0, v128.load(row0 + at)),
      f32x4.mul(four1, v128.load(row1 + at)),
    )
    const right = f32x4.add(
      f32x4.mul(four2, v128.load(row2 + at)),
      f32x4.mul(four3, v128.load(row3 + at)),
    )
    const sum = f32x4.add(left, right)
    v128.store(target + at, first ? sum : f32x4.add(v128.load(target + at), sum))
  }
  for (; at < stride; at += 4) {
    const sum =
      value0 * load<f32>(row0 + at) +
      value1 * load<f32>(row1 + at) +
      (value2 * load<f32>(row2 + at) + value3 * load<f32>(row3 + at))
    store<f32>(target + at, first ? sum : load<f32>(target + at) + sum)
  }
}

@inline
function addOne(indices: usize, values: usize, n: i32, dense: usize, stride: usize, target: usize): void {
  const row = rowOf(indices, n, dense, stride)
  const value = floatAt(values, n)
  const four = f32x4.splat(value)
  let at: usize = 0
  for (const whole = stride & ~15; at < whole; at += 16)
    v128.store(
      target + at,
      f32x4.add(v128.load(target + at), f32x4.mul(four, v128.load(row + at))),
    )
  for (; at < stride; at += 4)
    store<f32>(target + at, load<f32>(target + at) + value * load<f32>(row + at))
}
