/** out_c = Σ_r in_rc, four rows at a time into `out`, which stays in the cache. */
export function columnSums(rows: i32, columns: i32, input: usize, out: usize): void {
  const stride: usize = (<usize>columns) << 2
  memory.fill(out, 0, stride)
  let row = input
  const end = input + <usize>rows * stride
  for (; row + 4 * stride <= end; row += 4 * stride) addFourRows(row, stride, out)
  for (; row < end; row += stride) addRow(row, stride, out)
}

@inline
function addFourRows(row0: usize, stride: usize, out: usize): void {
  const row1 = row0 + stride
  const row2 = row1 + stride
  const row3 = row2 + stride
  let at: usize = 0
  for (const whole = stride & ~15; at < whole; at += 16) {
    const left = f32x4.add(v128.load(row0 + at), v128.load(row1 + at))
    const right = f32x4.add(v128.load(row2 + at), v128.load(row3 + at))
    v128.store(out + at, f32x4.add(v128.load(out + at), f32x4.add(left, right)))
  }
  for (; at < stride; at += 4) {
    const sum = load<f32>(row0 + at) + load<f32>(row1 + at) + (load<f32>(row2 + at) + load<f32>(row3 + at))
    store<f32>(out + at, load<f32>(out + at) + sum)
  }
}

@inline
function addRow(row: usize, stride: usize, out: usize): void {
  let at: usize = 0
  for (const whole = stride & ~15; at < whole; at += 16)
    v128.store(out + at, f32x4.add(v128.load(out + at), v128.load(row + at)))
  for (; at < stride; at += 4) store<f32>(out + at, load<f32>(out + at) + load<f32>(row + at))
}
