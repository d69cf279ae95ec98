import { floatAt, intAt, setFloat, setInt } from './array'

/**
 * The transpose of a CSR matrix, by counting. `outOffsets` has columns + 2 places, of which the first columns + 1
 * hold its offsets in the end: each count is kept two places on, so that filling moves it to where it belongs.
 */
export function transposeSparse(
  rows: i32,
  columns: i32,
  offsets: usize,
  indices: usize,
  values: usize,
  outOffsets: usize,
  outIndices: usize,
  outValues: usize,
): void {
  countColumns(intAt(offsets, rows), columns, indices, outOffsets)
  for (let row = 0; row < rows; row++) {
    const end = intAt(offsets, row + 1)
    for (let n = intAt(offsets, row); n < end; n++) {
      const next = intAt(indices, n) + 1
      const to = intAt(outOffsets, next)
      setInt(outOffsets, next, to + 1)
      setInt(outIndices, to, row)
      setFloat(outValues, to, floatAt(values, n))
    }
  }
}

function countColumns(entries: i32, columns: i32, indices: usize, outOffsets: usize): void {
  memory.fill(outOffsets, 0, (<usize>columns + 2) << 2)
  for (let n = 0; n < entries; n++) {
    const place = intAt(indices, n) + 2
    setInt(outOffsets, place, intAt(outOffsets, place) + 1)
  }
  let sum = 0
  for (let place = 2; place <= columns; place++) {
    sum += intAt(outOffsets, place)
    setInt(outOffsets, place, sum)
  }
}
