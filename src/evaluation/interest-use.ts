import { type CsrMatrix, rowLength } from '../interactions/csr/csr-matrix.ts'
import { selectRows } from '../interactions/csr/select.ts'
import type { MultiInterestModel } from '../models/scorer.ts'

/** How a model with several interests uses them. */
export interface InterestUse {
  /** Interests that at least a tenth of their share of the users' interactions is for; fewer than `count` are a collapse. */
  readonly used: number
  readonly count: number
}

const maxUsers = 200

/** Of the first 200 users. */
export async function measureInterests(
  model: MultiInterestModel,
  histories: CsrMatrix,
): Promise<InterestUse> {
  const count = model.interestCount
  const chosen = selectRows(
    histories,
    Int32Array.from({ length: Math.min(histories.rows, maxUsers) }, (_, n) => n),
  )
  const embeddings = await model.embed(chosen)
  const sizes = new Float64Array(count)
  for (let user = 0; user < chosen.rows; user++) {
    if (rowLength(chosen, user) === 0) continue
    const embedding = embeddings.slice(user * model.latentSize, (user + 1) * model.latentSize)
    const interests = await model.interestOfItems(embedding)
    for (let n = chosen.offsets[user]!; n < chosen.offsets[user + 1]!; n++)
      sizes[interests[chosen.indices[n]!]!]!++
  }
  const total = sizes.reduce((sum, size) => sum + size, 0)
  return { used: sizes.filter((size) => size > 0 && size >= (0.1 * total) / count).length, count }
}
