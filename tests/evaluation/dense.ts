import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { csrFromEntries } from '../../src/interactions/csr/from-entries.ts'
import type { Scorer } from '../../src/models/scorer.ts'
import type { HeldOut } from '../../src/splits/split.ts'

/** A sparse matrix from its dense rows, where 0 stands for no entry. */
export function fromDense(rows: readonly (readonly number[])[], columns = rows[0]!.length): CsrMatrix {
  const entries = rows.flatMap((values, row) =>
    values.flatMap((value, column) => (value === 0 ? [] : [{ row, column, value }])),
  )
  return csrFromEntries(rows.length, columns, {
    row: Int32Array.from(entries, (entry) => entry.row),
    column: Int32Array.from(entries, (entry) => entry.column),
    values: Float32Array.from(entries, (entry) => entry.value),
  })
}

export function heldOutOf(histories: CsrMatrix, targets: CsrMatrix): HeldOut {
  return { users: new Int32Array(histories.rows).fill(-1), histories, targets }
}

/** Scores that depend on the history alone. */
export function scorerOf(
  itemCount: number,
  scoreOne: (history: readonly number[]) => ArrayLike<number>,
): Scorer {
  return {
    itemCount,
    score: async ({ rows, offsets, indices }) => {
      const scores = new Float32Array(rows * itemCount)
      for (let user = 0; user < rows; user++)
        scores.set(scoreOne([...indices.subarray(offsets[user], offsets[user + 1])]), user * itemCount)
      return scores
    },
    dispose: () => {},
  }
}
