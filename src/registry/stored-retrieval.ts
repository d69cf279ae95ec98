// The approximate search of a version as tensors of its artifact.
import { requireWeight, type Weights } from '../models/weights.ts'
import type { Retrieval } from '../retrieval/retrieval.ts'

/** The tensors `retrieval/…`. */
export function tensorsOfRetrieval({ projection, recall }: Retrieval): Weights {
  const { inner, dimensions, mean, ofQueries, ofVectors } = projection
  return {
    'retrieval/mean': { shape: [inner], values: mean },
    'retrieval/queries': { shape: [inner, dimensions], values: ofQueries },
    'retrieval/vectors': { shape: [inner, dimensions], values: ofVectors },
    'retrieval/recall': { shape: [2], values: Float32Array.of(recall.recall, recall.users) },
  }
}

/**
 * @returns undefined if the artifact has no approximate search
 * @throws Error if the tensors do not fit each other
 */
export function retrievalOf(tensors: Weights): Retrieval | undefined {
  if (tensors['retrieval/mean'] === undefined) return undefined
  const mean = requireWeight(tensors, 'retrieval/mean').values
  const dimensions = requireWeight(tensors, 'retrieval/queries').shape[1] ?? 0
  const shape = [mean.length, dimensions]
  const [recall, users] = requireShape(tensors, 'retrieval/recall', [2])
  const projection = {
    ...{ inner: mean.length, dimensions, mean },
    ofQueries: requireShape(tensors, 'retrieval/queries', shape),
    ofVectors: requireShape(tensors, 'retrieval/vectors', shape),
  }
  return { projection, recall: { recall: recall!, users: users! } }
}

function requireShape(tensors: Weights, name: string, expected: readonly number[]): Float32Array {
  const { shape, values } = requireWeight(tensors, name)
  if (shape.join() === expected.join()) return values
  throw new RangeError(`The tensor ${name} has the shape [${shape}] instead of [${expected}]`)
}
