// What dislikes do to a model that learned from likes alone.
import { type CsrMatrix, rowLength } from '../../interactions/csr/csr-matrix.ts'
import { filterEntries, selectRows } from '../../interactions/csr/select.ts'

/**
 * Moves the embedding of each user with items of negative value away from where liking these would have drawn it:
 * z ← z − ½ (encode(disliked) − encode(nothing)). A rating that is merely low is none of them; the model learned to
 * pass it by.
 *
 * @param embeddings users × latent, changed in place
 * @param encode users × items likes to users × latent
 */
export async function moveAway(
  embeddings: Float32Array,
  histories: CsrMatrix,
  encode: (likes: CsrMatrix) => Promise<Float32Array>,
): Promise<void> {
  const disliked = filterEntries(histories, (_row, _column, value) => value < 0)
  const users = Int32Array.from({ length: disliked.rows }, (_, user) => user).filter(
    (user) => rowLength(disliked, user) > 0,
  )
  if (users.length === 0) return
  const latentSize = embeddings.length / histories.rows
  const codes = await encode(withEmptyRow(selectRows(disliked, users)))
  const nothing = codes.subarray(users.length * latentSize)
  for (const [n, user] of users.entries())
    for (let at = 0; at < latentSize; at++)
      embeddings[user * latentSize + at]! -= strength * (codes[n * latentSize + at]! - nothing[at]!)
}

const strength = 0.5

function withEmptyRow(matrix: CsrMatrix): CsrMatrix {
  const offsets = Int32Array.of(...matrix.offsets, matrix.indices.length)
  return { ...matrix, rows: matrix.rows + 1, offsets, values: matrix.values.map(Math.abs) }
}
