// A graph that TensorFlow has loaded, with variables of its own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as tf from '@tensorflow/tfjs'
import type { Graph } from './graph.ts'
import { nodeBackend } from './node-backend.ts'

export interface LoadedGraph {
  /** Feeds tensors to placeholders by name and gives the value of one node. Inputs travel through the host's memory. */
  fetch(node: string, feeds?: tf.NamedTensorMap): tf.Tensor
  dispose(): void
}

/** The only way in which tfjs' addon takes a graph is a folder with a SavedModel. */
export function loadGraph(graph: Graph): LoadedGraph {
  const folder = mkdtempSync(join(tmpdir(), 'palate-graph-'))
  try {
    writeFileSync(join(folder, 'saved_model.pb'), graph.savedModel())
    const backend = nodeBackend()
    const session = backend.binding.loadSavedModel(folder, 'serve')
    return {
      fetch(node, feeds = {}) {
        const names = Object.keys(feeds).map((name) => `${name}:0`)
        const ids = backend.getInputTensorIds(Object.values(feeds))
        const [output] = backend.binding.runSavedModel(session, ids, names.join(), `${node}:0`)
        return backend.createOutputTensor(output!)
      },
      dispose: () => backend.binding.deleteSavedModel(session),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
