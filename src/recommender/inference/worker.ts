// A thread of models. It owns a backend and the only copy of their weights.
import { parentPort, workerData } from 'node:worker_threads'
import { useBackend } from '../../compute/backend.ts'
import { openArtifact } from '../../registry/open-artifact.ts'
import { inferBatch } from './infer-batch.ts'
import { type InferenceModel, openInferenceModel } from './inference-model.ts'
import type { ThreadData, ThreadRequest, ThreadResponse } from './messages.ts'

const port = parentPort!
const models = new Map<number, InferenceModel>()

port.on('message', (request: ThreadRequest) => respond(request.id, handle(request)))
respond(0, useBackend((workerData as ThreadData).backend))

async function handle(request: ThreadRequest): Promise<unknown> {
  const { kind, model } = request
  if (kind === 'open') {
    const opened = openInferenceModel(request.parts, openArtifact)
    models.set(model, opened)
    return opened.capabilities
  }
  if (kind === 'infer') return inferBatch(models.get(model)!, request.requests)
  if (kind === 'set-new-items') {
    models.set(model, models.get(model)!.withNewItems(request.features))
    return undefined
  }
  models.get(model)!.scorer.dispose()
  models.delete(model)
  return undefined
}

async function respond(id: number, result: Promise<unknown>): Promise<void> {
  const response: ThreadResponse = await result.then(
    (value) => ({ id, value }),
    (error) => ({ id, error }),
  )
  port.postMessage(response)
}
