// Any mixture of questions in one go: whatever needs a model's arithmetic goes through it together.
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { hasPosterior, hasTopK, isLatentModel, type LatentModel, type Scorer } from '../../models/scorer.ts'
import type { History } from '../history.ts'
import type { AnsweringModel } from './answering-model.ts'
import { planAnswer } from './plan-answer.ts'
import type { AnswerTo, Embedding, Question } from './question.ts'
import type { Task } from './task.ts'

/**
 * Answers questions in their order. What one of them is answered does not depend on the others, to the last bit: a
 * row of a batch is computed like any other, and no batch is of one row or of very many.
 */
export async function answerQuestions<Q extends Question>(
  model: AnsweringModel,
  questions: readonly Q[],
): Promise<AnswerTo<Q>[]> {
  const { scorer } = model
  const tasks = questions.map((question) => planAnswer(model, question))
  if (isLatentModel(scorer)) await answerThroughLatentSpace(scorer, tasks)
  else await answerByScores(scorer, tasks)
  const answers: AnswerTo<Q>[] = []
  for (const task of tasks) answers.push((await task.answer()) as AnswerTo<Q>)
  return answers
}

/** Encodes all that is to be encoded, then decodes all that is to be decoded. */
async function answerThroughLatentSpace(model: LatentModel, tasks: readonly Task[]): Promise<void> {
  const { itemCount, latentSize } = model
  const encoded = await encode(model, tasks)
  const wanted: { task: Task; point: Float32Array }[] = []
  let next = 0
  for (const task of tasks) {
    const own = encoded.slice(next, next + task.histories.length)
    next += own.length
    const points = task.points ? task.points(own) : own.map(({ mean }) => mean)
    for (const point of points) wanted.push({ task, point })
  }
  const lister = hasTopK(model) ? model : undefined
  const searching = lister ? wanted.filter(({ task }) => task.search) : []
  for (const chunk of chunksOf(searching, rowsAtOnce(itemCount))) {
    const found = await lister!.topK(
      pointsOf(chunk, latentSize),
      chunk.map(({ task }) => task.search!),
    )
    for (const [n, { task }] of chunk.entries()) task.find!(found[n]!)
  }
  const scoring = searching.length === 0 ? wanted : wanted.filter(({ task }) => !task.search)
  for (const chunk of chunksOf(scoring, rowsAtOnce(itemCount)))
    show(chunk, await model.decode(pointsOf(chunk, latentSize)), itemCount)
}

function pointsOf(wanted: readonly { point: Float32Array }[], latentSize: number): Float32Array {
  const points = new Float32Array(Math.max(wanted.length, fewestRows) * latentSize)
  for (const [n, { point }] of wanted.entries()) points.set(point, n * latentSize)
  return points
}

async function encode(model: LatentModel, tasks: readonly Task[]): Promise<Embedding[]> {
  const histories = tasks.flatMap((task) => task.histories)
  const withStd = tasks.some(({ std }) => std)
  const encoded: Embedding[] = []
  for (const chunk of chunksOf(histories, mostRows)) {
    const batch = batchOf(chunk, model.itemCount)
    const { mean, std } =
      withStd && hasPosterior(model)
        ? await model.posterior(batch)
        : { mean: await model.embed(batch), std: null }
    for (let row = 0; row < chunk.length; row++) {
      const [start, end] = [row * model.latentSize, (row + 1) * model.latentSize]
      encoded.push({ mean: mean.slice(start, end), std: std?.slice(start, end) ?? null })
    }
  }
  return encoded
}

async function answerByScores({ itemCount, score }: Scorer, tasks: readonly Task[]): Promise<void> {
  const wanted = tasks.flatMap((task) => task.histories.map((history) => ({ task, history })))
  for (const chunk of chunksOf(wanted, rowsAtOnce(itemCount))) {
    const batch = batchOf(
      chunk.map(({ history }) => history),
      itemCount,
    )
    show(chunk, await score(batch), itemCount)
  }
}

function show(chunk: readonly { task: Task }[], scores: Float32Array, itemCount: number): void {
  for (const [n, { task }] of chunk.entries()) task.see?.(scores.subarray(n * itemCount, (n + 1) * itemCount))
}

function batchOf(histories: readonly History[], columns: number): CsrMatrix {
  const rows = Math.max(histories.length, fewestRows)
  const offsets = new Int32Array(rows + 1)
  for (let n = 0; n < rows; n++) offsets[n + 1] = offsets[n]! + (histories[n]?.items.length ?? 0)
  const indices = new Int32Array(offsets[rows]!)
  const values = new Float32Array(indices.length)
  for (const [n, history] of histories.entries()) {
    indices.set(history.items, offsets[n])
    values.set(history.values, offsets[n])
  }
  return { rows, columns, offsets, indices, values }
}

function* chunksOf<T>(rows: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size)
}

/** Of which the scores fill at most 64 MiB. */
function rowsAtOnce(itemCount: number): number {
  return Math.min(Math.max(Math.floor(2 ** 24 / itemCount), 1), mostRows)
}

/** More would go through other kernels, as would one alone; these round otherwise. */
const mostRows = 128
const fewestRows = 2
