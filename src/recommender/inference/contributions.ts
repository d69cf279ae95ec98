import { pause } from '../../compute/pause.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import {
  hasContributions,
  hasPartialContributions,
  isBlended,
  type Scorer,
  type WeightedPart,
} from '../../models/scorer.ts'
import { addScaled } from '../../models/standardize.ts'
import type { History } from '../history.ts'
import { toMatrix } from './history-matrix.ts'
import type { InferenceModel } from './inference-model.ts'
import type { Contributions, ContributionsRequest } from './requests.ts'

/** Leave-one-out passes per explanation, over all parts of a model. */
export const maxPasses = 256

/**
 * The contributions of all interactions where the model, or each part of a blend, gives them in closed form. Else each one
 * costs a pass for each other part, so that of a long history only those with the largest estimates are computed, or the
 * highest ratings where there are no estimates. For an item that the model was not trained on there is neither.
 */
export async function contributionsOf(
  model: InferenceModel,
  { history, item }: ContributionsRequest,
): Promise<Contributions> {
  const { scorer } = model
  const matrix = toMatrix([history], scorer.itemCount, 1)
  if (item >= scorer.itemCount) return contributionsToNewItem(model, matrix, item)
  const all = Int32Array.from(history.items.keys())
  const parts = isBlended(scorer) ? await scorer.weightedParts(matrix) : [{ scorer, weight: 1 }]
  const byPasses = parts.filter((part) => !hasContributions(part.scorer))
  const exact = new Float32Array(all.length)
  for (const { scorer, weight } of parts) {
    if (!hasContributions(scorer)) continue
    await pause()
    addScaled(exact, await scorer.contributions(matrix, item), weight)
  }
  const count = Math.floor(maxPasses / Math.max(byPasses.length, 1))
  const isWhole = byPasses.length === 0 || all.length <= count
  const positions = isWhole ? all : (await mostImportant(byPasses, exact, matrix, item)).slice(0, count)
  const values = Float32Array.from(positions, (position) => exact[position]!)
  for (const { scorer, weight } of byPasses) {
    const decreasesAt = (some: Int32Array) =>
      hasPartialContributions(scorer)
        ? scorer.contributionsAt(matrix, item, some)
        : decreases(scorer, matrix, some, (scores) => scores[item]!)
    addScaled(values, await inSteps(positions, decreasesAt), weight)
  }
  return { positions, values }
}

async function contributionsToNewItem(
  model: InferenceModel,
  history: CsrMatrix,
  item: number,
): Promise<Contributions> {
  const positions = byImportance(history.values).slice(0, maxPasses)
  const scoreOf = (scores: Float32Array) => model.extend(scores)[item]!
  return {
    positions,
    values: await inSteps(positions, (some) => decreases(model.scorer, history, some, scoreOf)),
  }
}

/** All positions, the largest estimated contribution first. */
async function mostImportant(
  parts: readonly WeightedPart[],
  exact: Float32Array,
  history: CsrMatrix,
  item: number,
): Promise<Int32Array> {
  const estimates = exact.slice()
  for (const { scorer, weight } of parts) {
    if (!hasPartialContributions(scorer)) continue
    await pause()
    addScaled(estimates, await scorer.sensitivities(history, item), weight)
  }
  return byImportance(estimates.some((estimate) => estimate !== 0) ? estimates.map(Math.abs) : history.values)
}

/** All positions, the largest value first. */
function byImportance(importance: Float32Array): Int32Array {
  return Int32Array.from(importance.keys()).sort((a, b) => importance[b]! - importance[a]! || a - b)
}

/** `compute` for a few of `positions` at a time. */
async function inSteps(
  positions: Int32Array,
  compute: (positions: Int32Array) => Promise<Float32Array>,
): Promise<Float32Array> {
  const values = new Float32Array(positions.length)
  for (let start = 0; start < positions.length; start += passesPerStep) {
    await pause()
    values.set(await compute(positions.slice(start, start + passesPerStep)), start)
  }
  return values
}

const passesPerStep = 64

/** By how much a score falls without the interaction at each of `positions`, for a model that is no more than a scorer. */
async function decreases(
  { score, itemCount }: Scorer,
  { indices, values }: CsrMatrix,
  positions: Int32Array,
  scoreOf: (scores: Float32Array) => number,
): Promise<Float32Array> {
  const history = { items: indices, values }
  const smaller = Array.from(positions, (position) => without(history, position))
  const scores = await score(toMatrix([history, ...smaller], itemCount, 1))
  const scoreIn = (row: number) => scoreOf(scores.subarray(row * itemCount, (row + 1) * itemCount))
  const whole = scoreIn(0)
  return Float32Array.from(positions, (_, n) => whole - scoreIn(n + 1))
}

function without({ items, values }: History, position: number): History {
  return {
    items: items.filter((_, n) => n !== position),
    values: values.filter((_, n) => n !== position),
  }
}
