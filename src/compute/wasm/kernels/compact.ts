import { floatAt, intAt, setFloat, setInt } from './array'

export function countNonZero(size: i32, values: usize): i32 {
  let count = 0
  for (let n = 0; n < size; n++) count += i32(floatAt(values, n) != 0)
  return count
}

/** A CSR matrix without the entries that are 0; the outputs have as many places as `countNonZero` counts. */
export function compact(
  rows: i32,
  offsets: usize,
  indices: usize,
  values: usize,
  outOffsets: usize,
  outRowIndices: usize,
  outIndices: usize,
  outValues: usize,
): void {
  let size = 0
  setInt(outOffsets, 0, 0)
  for (let row = 0; row < rows; row++) {
    const end = intAt(offsets, row + 1)
    for (let n = intAt(offsets, row); n < end; n++) {
      const value = floatAt(values, n)
      if (value == 0) continue
      setInt(outRowIndices, size, row)
      setInt(outIndices, size, intAt(indices, n))
      setFloat(outValues, size++, value)
    }
    setInt(outOffsets, row + 1, size)
  }
}
