// GF-CF: Shen, Wu, Zhang, Shan, Zhang, Letaief and Li, "How powerful is graph convolution for recommendation?", CIKM 2021.
import { setImmediate } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { read } from '../compute/read.ts'
import { requireMemory } from '../compute/require-memory.ts'
import { type CsrMatrix, columnCounts, entryRows, rowLength } from '../interactions/csr/csr-matrix.ts'
import { positives } from '../interactions/positives.ts'
import { defineModel } from './define-model.ts'
import { itemRegressionNetwork } from './feed-forward.ts'
import { createGramRows } from './gram-matrix.ts'
import { positiveThreshold, searchRanges } from './hyperparameters.ts'
import { openItemRegression } from './item-item-regression.ts'
import type { SolveContext } from './model.ts'
import { gramOf } from './ppca/covariance.ts'
import { principalComponents } from './ppca/principal-components.ts'
import { scalarWeight, type Weights } from './weights.ts'

const hyperparameters = z.strictObject({
  positiveThreshold,
  components: z
    .int()
    .min(1)
    .max(4096)
    .default(256)
    .describe('Number of singular vectors of the ideal low-pass filter')
    .register(searchRanges, { from: 16, to: 512, scale: 'log' }),
  lowPass: z
    .number()
    .min(0)
    .default(0.3)
    .describe('α, the weight of the ideal low-pass filter beside the linear one')
    .register(searchRanges, { from: 0, to: 1, scale: 'linear' }),
})

/**
 * Item-item weights R̃ᵀR̃ + α D^(−1/2) U Uᵀ D^(1/2), where R̃ is the users × items matrix of positives, each divided by the
 * roots of the numbers of positives of its user and its item, D has the numbers of its items, and the columns of U are the
 * leading right singular vectors of R̃.
 */
export const gfCf = defineModel({
  kind: 'direct',
  name: 'gf-cf',
  hyperparameters,
  mainHyperparameters: ['components', 'lowPass'],
  solve,
  open: openItemRegression,
  feedForward: itemRegressionNetwork,
})

async function solve(
  data: CsrMatrix,
  { positiveThreshold, components, lowPass }: z.infer<typeof hyperparameters>,
  context: SolveContext,
): Promise<Weights> {
  const { signal, onProgress } = context
  const items = data.columns
  requireMemory(
    1.1 * 4 * items ** 2,
    `A weight for each pair of ${items} items`,
    'leave out rare items, or use sparse-ease, item-knn or ials, which need a few hundred numbers per item',
  )
  const x = positives(data, positiveThreshold)
  const counts = Float64Array.from(columnCounts(x), (count) => Math.max(count, 1))
  const normalized = normalize(x, counts)
  const count = Math.min(components, items)
  const { eigenvectors } = await principalComponents(gramOf(normalized), count, {
    ...context,
    tolerance: 1e-3,
    onProgress: (share) => onProgress?.(0.8 * share),
  })
  const weights = new Float32Array(items ** 2)
  const writeRow = createGramRows(normalized)
  const U = tf.tensor2d(Float32Array.from(eigenvectors), [items, count])
  try {
    for (let start = 0; start < items; start += blockSize) {
      const size = Math.min(blockSize, items - start)
      const filter = await read(
        tf.tidy(() => tf.matMul(tf.slice(U, [start, 0], [size, count]), U, false, true)),
      )
      for (let n = 0; n < size; n++) {
        const item = start + n
        const row = weights.subarray(item * items, (item + 1) * items)
        writeRow(item, row)
        for (let other = 0; other < items; other++)
          row[other]! += lowPass * Math.sqrt(counts[other]! / counts[item]!) * filter[n * items + other]!
      }
      onProgress?.(0.8 + (0.2 * (start + size)) / items)
      await setImmediate() // a signal arrives between two blocks
      signal?.throwIfAborted()
    }
  } finally {
    U.dispose()
  }
  return {
    weights: { shape: [items, items], values: weights },
    positiveThreshold: scalarWeight(positiveThreshold),
  }
}

const blockSize = 512

/** R̃ */
function normalize(x: CsrMatrix, counts: Float64Array): CsrMatrix {
  const users = entryRows(x)
  const values = x.values.map((_, n) => 1 / Math.sqrt(rowLength(x, users[n]!) * counts[x.indices[n]!]!))
  return { ...x, values }
}
