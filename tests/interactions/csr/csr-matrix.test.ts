import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CsrMatrix,
  columnCounts,
  entryRows,
  rowIndices,
  rowLength,
  rowOf,
} from '../../../src/interactions/csr/csr-matrix.ts'
import { csrFromEntries, type Entries } from '../../../src/interactions/csr/from-entries.ts'
import { filterEntries, selectRows, sliceRows } from '../../../src/interactions/csr/select.ts'
import { transpose } from '../../../src/interactions/csr/transpose.ts'

/** A dense matrix; null where no entry is stored. */
type Dense = (number | null)[][]

const cell = fc.option(fc.constantFrom(0, 1, -2.5, 4), { nil: null, freq: 1 })
const shape = fc.record({ rows: fc.nat(6), columns: fc.nat(6) })
const dense = shape.chain(({ rows, columns }) =>
  fc.record({
    columns: fc.constant(columns),
    cells: fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  }),
)

function cellsOf(cells: Dense): [number, number, number][] {
  return cells.flatMap((row, r) =>
    row.flatMap((value, c): [number, number, number][] => (value === null ? [] : [[r, c, value]])),
  )
}

function entriesOf(cells: readonly (readonly [number, number, number])[]): Entries {
  return {
    row: Int32Array.from(cells, ([row]) => row),
    column: Int32Array.from(cells, ([, column]) => column),
    values: Float32Array.from(cells, ([, , value]) => value),
  }
}

function csrOf(cells: Dense, columns: number): CsrMatrix {
  return csrFromEntries(cells.length, columns, entriesOf(cellsOf(cells)))
}

/**
 * The cells of `matrix`, read without the functions under test, after a check that its rows are well formed.
 */
function denseOf({ rows, columns, offsets, indices, values }: CsrMatrix): Dense {
  expect(offsets).toHaveLength(rows + 1)
  expect([offsets[0], offsets[rows], values.length]).toEqual([0, indices.length, indices.length])
  return Array.from({ length: rows }, (_, r) => {
    const row: (number | null)[] = Array(columns).fill(null)
    for (let n = offsets[r]!; n < offsets[r + 1]!; n++) {
      if (n > offsets[r]!) expect(indices[n]!).toBeGreaterThan(indices[n - 1]!)
      row[indices[n]!] = values[n]!
    }
    expect(row).toHaveLength(columns)
    return row
  })
}

describe('csrFromEntries', () => {
  test('sorts entries in any order into the matrix they describe', () => {
    const shuffled = dense.chain(({ cells, columns }) =>
      fc.record({
        cells: fc.constant(cells),
        columns: fc.constant(columns),
        entries: fc.shuffledSubarray(cellsOf(cells), { minLength: cellsOf(cells).length }),
      }),
    )
    fc.assert(
      fc.property(shuffled, ({ cells, columns, entries }) => {
        expect(denseOf(csrFromEntries(cells.length, columns, entriesOf(entries)))).toEqual(cells)
      }),
    )
  })

  test.each([
    [[2, 0, 1], 'Entry 1 at (2, 0) lies outside 2 × 3'],
    [[-1, 0, 1], 'Entry 1 at (-1, 0) lies outside 2 × 3'],
    [[0, 3, 1], 'Entry 1 at (0, 3) lies outside 2 × 3'],
    [[1, -1, 1], 'Entry 1 at (1, -1) lies outside 2 × 3'],
    [[1, 2, 9], 'Row 1 has column 2 twice'],
  ] as const)('refuses the entry %j', (entry, message) => {
    expect(() => csrFromEntries(2, 3, entriesOf([[1, 2, 5], entry]))).toThrow(new RangeError(message))
  })

  test('refuses arrays of different lengths', () => {
    const entries = { ...entriesOf([[1, 2, 5]]), values: new Float32Array(2) }
    expect(() => csrFromEntries(2, 3, entries)).toThrow('got 1, 1 and 2')
  })
})

describe('a matrix', () => {
  test('reads a row, and the row of each entry', () => {
    fc.assert(
      fc.property(dense, ({ cells, columns }) => {
        const matrix = csrOf(cells, columns)
        const rows = cells.map((_, row) => rowOf(matrix, row))
        const read = rows.flatMap(({ indices, values }, row) =>
          Array.from(indices, (column, n) => [row, column, values[n]]),
        )
        expect(read).toEqual(cellsOf(cells))
        expect(cells.map((_, row) => rowIndices(matrix, row))).toEqual(rows.map(({ indices }) => indices))
        expect([...entryRows(matrix)]).toEqual(cellsOf(cells).map(([row]) => row))
      }),
    )
  })

  test('selects rows in any order, also repeatedly', () => {
    const picked = dense.chain(({ cells, columns }) =>
      fc.record({
        cells: fc.constant(cells),
        columns: fc.constant(columns),
        rows:
          cells.length === 0
            ? fc.constant<number[]>([])
            : fc.array(fc.nat(cells.length - 1), { maxLength: 9 }),
      }),
    )
    fc.assert(
      fc.property(picked, ({ cells, columns, rows }) => {
        expect(denseOf(selectRows(csrOf(cells, columns), rows))).toEqual(rows.map((row) => cells[row]))
      }),
    )
  })

  test('slices its rows', () => {
    fc.assert(
      fc.property(dense, fc.nat(6), fc.nat(6), ({ cells, columns }, a, b) => {
        const [start, end] = [Math.min(a, b, cells.length), Math.min(Math.max(a, b), cells.length)]
        expect(denseOf(sliceRows(csrOf(cells, columns), start, end))).toEqual(cells.slice(start, end))
      }),
    )
  })

  test('is transposed', () => {
    fc.assert(
      fc.property(dense, ({ cells, columns }) => {
        const flipped = Array.from({ length: columns }, (_, c) => cells.map((row) => row[c]!))
        expect(denseOf(transpose(csrOf(cells, columns)))).toEqual(flipped)
      }),
    )
  })

  test('filters entries by row, column, value and position', () => {
    fc.assert(
      fc.property(dense, ({ cells, columns }) => {
        const visited: number[][] = []
        const kept = filterEntries(
          csrOf(cells, columns),
          (...entry) => visited.push(entry) > 0 && entry[2] > 0,
        )
        expect(visited).toEqual(cellsOf(cells).map((entry, position) => [...entry, position]))
        expect(denseOf(kept)).toEqual(
          cells.map((row) => row.map((value) => (value !== null && value > 0 ? value : null))),
        )
      }),
    )
  })

  test('counts the entries of rows and columns', () => {
    fc.assert(
      fc.property(dense, ({ cells, columns }) => {
        const matrix = csrOf(cells, columns)
        const stored = (values: (number | null)[]) => values.filter((value) => value !== null).length
        expect(cells.map((_, row) => rowLength(matrix, row))).toEqual(cells.map(stored))
        expect([...columnCounts(matrix)]).toEqual(
          Array.from({ length: columns }, (_, c) => stored(cells.map((row) => row[c]!))),
        )
      }),
    )
  })

  test('refuses rows outside the matrix', () => {
    const matrix = csrOf([[1], [2]], 1)
    expect(() => selectRows(matrix, [0, 2])).toThrow('There is no row 2 in a matrix of 2 rows')
    expect(() => selectRows(matrix, [-1])).toThrow('There is no row -1')
    expect(() => sliceRows(matrix, 1, 3)).toThrow('Rows 1 to 3 do not lie within the 2 rows')
  })
})
