// The thread of one model. It owns a backend and the only copy of the weights.
import { parentPort, workerData } from 'node:worker_threads'
import { useBackend } from '../../compute/backend.ts'
import { openArtifact } from '../../registry/open-artifact.ts'
import { inferBatch } from './infer-batch.ts'
import { type InferenceModel, openInferenceModel } from './inference-model.ts'
import type { ThreadData, ThreadRequest, ThreadResponse } from './messages.ts'

const port = parentPort!
let model: InferenceModel | undefined

port.on('message', (request: ThreadRequest) => respond(request.id, handle(request)))
respond(0, useBackend((workerData as ThreadData).backend))

async function handle(request: ThreadRequest): Promise<unknown> {
  if (request.kind === 'infer') return inferBatch(model!, request.requests)
  model = openInferenceModel(request.parts, openArtifact)
  return model.capabilities
}

async function respond(id: number, result: Promise<unknown>): Promise<void> {
  const response: ThreadResponse = await result.then(
    (value) => ({ id, value }),
    (error) => ({ id, error }),
  )
  port.postMessage(response)
}
