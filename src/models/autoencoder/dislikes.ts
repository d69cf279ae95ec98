// How dislikes change the embedding of a model that was trained on positives alone.
import { type CsrMatrix, rowLength } from '../../interactions/csr/csr-matrix.ts'
import { filterEntries, selectRows } from '../../interactions/csr/select.ts'

/**
 * Moves the embedding of each user with interactions below zero away from where these items would have drawn it as
 * positives: z ← z − ½ (encode(disliked) − encode(nothing)). A rating above zero but below the positive threshold is no
 * dislike: it is treated as no interaction, as in training.
 *
 * @param embeddings users × latent, changed in place
 * @param encode users × items positives to users × latent
 */
export async function moveAwayFromDislikes(
  embeddings: Float32Array,
  histories: CsrMatrix,
  encode: (x: CsrMatrix) => Promise<Float32Array>,
): Promise<void> {
  const disliked = filterEntries(histories, (_row, _column, value) => value < 0)
  const users = Int32Array.from({ length: disliked.rows }, (_, user) => user).filter(
    (user) => rowLength(disliked, user) > 0,
  )
  if (users.length === 0) return
  const latent = embeddings.length / histories.rows
  const codes = await encode(withEmptyRow(selectRows(disliked, users)))
  const codeOfNothing = codes.subarray(users.length * latent)
  for (const [n, user] of users.entries())
    for (let k = 0; k < latent; k++)
      embeddings[user * latent + k]! -= dislikeStrength * (codes[n * latent + k]! - codeOfNothing[k]!)
}

export function hasDislikes({ values }: CsrMatrix): boolean {
  return values.some((value) => value < 0)
}

/** The ½ of `moveAwayFromDislikes`. */
export const dislikeStrength = 0.5

function withEmptyRow(matrix: CsrMatrix): CsrMatrix {
  const offsets = Int32Array.of(...matrix.offsets, matrix.indices.length)
  return { ...matrix, rows: matrix.rows + 1, offsets, values: matrix.values.map(Math.abs) }
}
