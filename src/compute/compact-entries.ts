import * as tf from '@tensorflow/tfjs'
import type { SparseTensor } from './sparse-tensor.ts'

type Compact = (sparse: SparseTensor) => SparseTensor

const compactions = new Map<string, Compact>()

/** The same matrix without the entries that are 0, where the current backend gains by it; else as it is. */
export function compactEntries(sparse: SparseTensor): SparseTensor {
  return compactions.get(tf.getBackend())?.(sparse) ?? sparse
}

/** For a backend that gains by it. */
export function registerCompaction(backendName: string, compact: Compact): void {
  compactions.set(backendName, compact)
}
