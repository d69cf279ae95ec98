import type { Scorer } from '../../models/scorer.ts'
import type { Artifact } from '../../registry/artifact.ts'
import { inferBatch } from './infer-batch.ts'
import type { OpenInference } from './inference.ts'
import { openInferenceModel } from './inference-model.ts'

/**
 * Inference in the calling thread on the current backend, one request at a time: for tests, and for scripts that serve
 * no other requests.
 */
export function localInference(open: (artifact: Artifact) => Scorer): OpenInference {
  return async (artifact) => {
    let model = openInferenceModel(artifact, open)
    return {
      capabilities: model.capabilities,
      isLost: false,
      infer: async (request) => {
        const [result] = await inferBatch(model, [request])
        return result!
      },
      setNewItems: (features) => {
        model = model.withNewItems(features)
      },
      dispose: () => model.scorer.dispose(),
    }
  }
}
