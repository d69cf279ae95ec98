// What is measured: steps of one model's training on synthetic ratings of a known shape.
import { selectRows } from '../../src/interactions/csr/select.ts'
import type { LearningHyperparameters } from '../../src/models/hyperparameters.ts'
import type { GradientModel, HostBatch, Objective } from '../../src/models/model.ts'
import { findModel } from '../../src/models/models.ts'
import { createRandom } from '../../src/random/random.ts'
import { positiveShapes, shapes, syntheticRatings } from './synthetic-ratings.ts'

export type BenchModel = 'mult-vae' | 'u-autorec' | 'i-autorec'

export interface BenchTask {
  readonly model: BenchModel
  readonly shape: keyof typeof shapes
  readonly hyperparameters: BenchHyperparameters
  readonly batchSize: number
  /** The objective over all ratings of the shape. */
  readonly full: Objective
  /** The examples of the few steps that are measured. */
  readonly block: HostBatch
}

type BenchHyperparameters = LearningHyperparameters & {
  readonly hidden: number | readonly number[]
  readonly latent?: number
  readonly negatives?: number | null
}

/** The papers' settings, so that every engine does the same work. */
const benchHyperparameters: Readonly<Record<BenchModel, object>> = {
  'mult-vae': { batchSize: 500, hidden: [600], latent: 200, negatives: null },
  'u-autorec': { batchSize: 500, hidden: 500, input: 'ratings', dropout: 0 },
  'i-autorec': { batchSize: 500, hidden: 500, input: 'ratings', dropout: 0 },
}

/** The same model and shape give the same task. */
export function createTask(
  model: BenchModel,
  shape: keyof typeof shapes,
  { set = {}, stepsPerBlock = 4 }: { readonly set?: object; readonly stepsPerBlock?: number } = {},
): BenchTask {
  const ratings = syntheticRatings((model === 'mult-vae' ? positiveShapes : shapes)[shape], 1)
  const definition = findModel(model) as unknown as GradientModel<BenchHyperparameters>
  const hyperparameters = definition.resolve({ ...benchHyperparameters[model], ...set }, ratings)
  const full = definition.objective(ratings, hyperparameters)
  const { batchSize } = hyperparameters
  return {
    model,
    shape,
    hyperparameters,
    batchSize,
    full,
    block: drawRows(full.examples, batchSize * stepsPerBlock),
  }
}

export function sizesOf({ hidden, latent = 0 }: BenchHyperparameters): { hidden: number; latent: number } {
  // without a hidden layer the two moments of the code come first
  return { hidden: typeof hidden === 'number' ? hidden : (hidden[0] ?? 2 * latent), latent }
}

/** Rows like all others, by chance: the first ones may be the most popular items. */
function drawRows({ input, target }: HostBatch, count: number): HostBatch {
  const rows = createRandom('block').permutation(target.rows).subarray(0, count)
  const block = selectRows(target, rows)
  // what shares its pattern in the whole shares it in the block
  if (input.indices !== target.indices) return { input: selectRows(input, rows), target: block }
  return { input: { ...block, values: selectRows(input, rows).values }, target: block }
}
