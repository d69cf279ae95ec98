// The thread that computes: it owns the backend, and holds every weight once.
import { parentPort, workerData } from 'node:worker_threads'
import { useBackend } from '../../compute/backend.ts'
import { openArtifact } from '../../registry/open-artifact.ts'
import { answerQuestions } from '../answering/answer-questions.ts'
import { type AnsweringModel, abilitiesOf } from '../answering/answering-model.ts'
import { openAnsweringModel } from '../answering/open-answering-model.ts'
import type { Opened, Order, Reply, Task, ThreadData } from './messages.ts'

const port = parentPort!
const models = new Map<number, AnsweringModel>()
let opened = 0

port.on('message', ({ id, task }: Order) => reply(id, carryOut(task)))
reply(0, useBackend((workerData as ThreadData).backend))

async function carryOut(task: Task): Promise<unknown> {
  if (task.kind === 'answer') return answerQuestions(models.get(task.model)!, task.questions)
  if (task.kind === 'open') {
    const model = openAnsweringModel(task.parts, openArtifact)
    models.set(++opened, model)
    return { model: opened, abilities: abilitiesOf(model) } satisfies Opened
  }
  models.get(task.model)!.scorer.dispose()
  return models.delete(task.model)
}

async function reply(id: number, result: Promise<unknown>): Promise<void> {
  const message: Reply = await result.then(
    (value) => ({ id, value }),
    (error) => ({ id, error }),
  )
  port.postMessage(message)
}
