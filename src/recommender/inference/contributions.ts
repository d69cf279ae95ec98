import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { hasContributions, hasPartialContributions } from '../../models/scorer.ts'
import type { History } from '../history.ts'
import { toMatrix } from './history-matrix.ts'
import type { InferenceModel } from './inference-model.ts'
import type { ContributionsRequest, SensitivitiesRequest } from './requests.ts'

export async function contributionsOf(
  model: InferenceModel,
  { history, item, positions }: ContributionsRequest,
): Promise<Float32Array> {
  const { scorer } = model
  const matrix = toMatrix([history], scorer.itemCount, 1)
  if (positions === null) {
    if (!hasContributions(scorer)) throw new Error('This model has no contributions in closed form')
    return scorer.contributions(matrix, item)
  }
  const isNew = item >= scorer.itemCount
  if (hasPartialContributions(scorer) && !isNew) return scorer.contributionsAt(matrix, item, positions)
  return leaveOneOut(model, history, item, positions)
}

export async function sensitivitiesOf(
  { scorer }: InferenceModel,
  { history, item }: SensitivitiesRequest,
): Promise<Float32Array> {
  if (!hasPartialContributions(scorer)) throw new Error('This model has no sensitivities')
  return scorer.sensitivities(toMatrix([history], scorer.itemCount, 1), item)
}

/** For a model that is no more than a scorer, and for a new item. */
async function leaveOneOut(
  model: InferenceModel,
  history: History,
  item: number,
  positions: Int32Array,
): Promise<Float32Array> {
  const { score, itemCount } = model.scorer
  const smaller = Array.from(positions, (position) => without(history, position))
  const histories: CsrMatrix = toMatrix([history, ...smaller], itemCount, minRows)
  const scores = await score(histories)
  const scoreIn = (row: number) =>
    item < itemCount
      ? scores[row * itemCount + item]!
      : model.extend(scores.subarray(row * itemCount, (row + 1) * itemCount))[item]!
  const whole = scoreIn(0)
  return Float32Array.from(smaller, (_, n) => whole - scoreIn(n + 1))
}

/** One row goes through other kernels, whose rounding differs. */
const minRows = 2

function without({ items, values }: History, omitted: number): History {
  return {
    items: items.filter((_, position) => position !== omitted),
    values: values.filter((_, position) => position !== omitted),
  }
}
