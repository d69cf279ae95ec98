// Where the arithmetic of a request happens: the seam between what is asked and how it is computed.

import type { CsrMatrix } from '../interactions/csr-matrix.ts'
import { isLatentModel, type Scorer } from '../models/scorer.ts'
import { topItems } from '../models/top-items.ts'
import type { History } from './history.ts'

/** The best items for somebody as item numbers with their scores, best first. */
export interface RankedItems {
  readonly items: Int32Array
  readonly scores: Float32Array
}

/** Answers one question at a time; what goes in and comes out is small, whatever the number of items. */
export interface Inference {
  /** Length of an embedding, or null when the model has no latent space. */
  readonly latentSize: number | null
  /** The `k` best items for a history that are not in it. */
  rank(history: History, k: number): Promise<RankedItems>
  /** The point of the latent space that stands for a history. */
  embed(history: History): Promise<Float32Array>
  /** Frees the model; nothing may be asked afterwards. */
  dispose(): void
}

/** The question cannot be put to this model, for it has no latent space. */
export class NoLatentSpaceError extends Error {
  override readonly name = 'NoLatentSpaceError'
}

/** Computes each question on its own, on the current backend. */
export function directInference(scorer: Scorer): Inference {
  const latent = isLatentModel(scorer) ? scorer : null
  return {
    latentSize: latent?.latentSize ?? null,
    rank: async (history, k) => rank(await scorer.score(oneRow(history, scorer)), history, k),
    embed: async (history) => {
      if (latent === null) throw new NoLatentSpaceError('it has no latent space to embed anybody in')
      return latent.embed(oneRow(history, scorer))
    },
    dispose: () => scorer.dispose(),
  }
}

/** The `k` items of the highest scores outside the history. */
export function rank(scores: Float32Array, { items: seen }: History, k: number): RankedItems {
  const items = topItems(scores, seen, k)
  return { items, scores: Float32Array.from(items, (item) => scores[item]!) }
}

function oneRow({ items, values }: History, { itemCount }: Scorer): CsrMatrix {
  return { rows: 1, columns: itemCount, offsets: Int32Array.of(0, items.length), indices: items, values }
}
