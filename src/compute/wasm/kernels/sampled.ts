import { floatAt, intAt, setFloat, sum4 } from './array'

/** out_n = a_row · b_{indices_n} for every entry n of the pattern, rows of `size` numbers; four entries at a time. */
export function sampled(
  rows: i32,
  offsets: usize,
  indices: usize,
  a: usize,
  b: usize,
  size: i32,
  out: usize,
): void {
  const stride: usize = (<usize>size) << 2
  for (let row = 0; row < rows; row++) {
    const end = intAt(offsets, row + 1)
    const left = a + <usize>row * stride
    let n = intAt(offsets, row)
    for (; n <= end - 4; n += 4) fourDots(left, b, indices, n, stride, out)
    for (; n < end; n++) oneDot(left, b, indices, n, stride, out)
  }
}

/** out_n = a · b_{indices_n} + biases_{indices_n}, rows of `width` numbers. */
export function dots(
  size: i32,
  indices: usize,
  a: usize,
  b: usize,
  width: i32,
  biases: usize,
  out: usize,
): void {
  const stride: usize = (<usize>width) << 2
  let n = 0
  for (; n <= size - 4; n += 4) fourDots(a, b, indices, n, stride, out)
  for (; n < size; n++) oneDot(a, b, indices, n, stride, out)
  for (n = 0; n < size; n++) setFloat(out, n, floatAt(out, n) + floatAt(biases, intAt(indices, n)))
}

@inline
function rowOf(indices: usize, n: i32, b: usize, stride: usize): usize {
  return b + <usize>intAt(indices, n) * stride
}

@inline
function fourDots(left: usize, b: usize, indices: usize, n: i32, stride: usize, out: usize): void {
  const row0 = rowOf(indices, n, b, stride)
  const row1 = rowOf(indices, n + 1, b, stride)
  const row2 = rowOf(indices, n + 2, b, stride)
  const row3 = rowOf(indices, n + 3, b, stride)
  let four0 = f32x4.splat(0)
  let four1 = f32x4.splat(0)
  let four2 = f32x4.splat(0)
  let four3 = f32x4.splat(0)
  let at: usize = 0
  for (const whole = stride & ~15; at < whole; at += 16) {
    const factor = v128.load(left + at)
    four0 = f32x4.add(four0, f32x4.mul(factor, v128.load(row0 + at)))
    four1 = f32x4.add(four1, f32x4.mul(factor, v128.load(row1 + at)))
    four2 = f32x4.add(four2, f32x4.mul(factor, v128.load(row2 + at)))
    four3 = f32x4.add(four3, f32x4.mul(factor, v128.load(row3 + at)))
  }
  let sum0 = sum4(four0)
  let sum1 = sum4(four1)
  let sum2 = sum4(four2)
  let sum3 = sum4(four3)
  for (; at < stride; at += 4) {
    const factor = load<f32>(left + at)
    sum0 += factor * load<f32>(row0 + at)
    sum1 += factor * load<f32>(row1 + at)
    sum2 += factor * load<f32>(row2 + at)
    sum3 += factor * load<f32>(row3 + at)
  }
  setFloat(out, n, sum0)
  setFloat(out, n + 1, sum1)
  setFloat(out, n + 2, sum2)
  setFloat(out, n + 3, sum3)
}

@inline
function oneDot(left: usize, b: usize, indices: usize, n: i32, stride: usize, out: usize): void {
  setFloat(out, n, dotOf(left, rowOf(indices, n, b, stride), stride))
}

/** a · b_n, rows of `width` numbers; the same to the last bit as by `dots` and `sampled`. */
export function dot(a: usize, b: usize, n: i32, width: i32): f32 {
  const stride: usize = (<usize>width) << 2
  return dotOf(a, b + <usize>n * stride, stride)
}

@inline
function dotOf(left: usize, row: usize, stride: usize): f32 {
  let four = f32x4.splat(0)
  let at: usize = 0
  for (const whole = stride & ~15; at < whole; at += 16)
    four = f32x4.add(four, f32x4.mul(v128.load(left + at), v128.load(row + at)))
  let sum = sum4(four)
  for (; at < stride; at += 4) sum += load<f32>(left + at) * load<f32>(row + at)
  return sum
}
