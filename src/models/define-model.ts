import { type ZodType, z } from 'zod'
import { isOnGpu } from '../compute/current-device.ts'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { positiveThresholdOf } from '../interactions/positive-threshold.ts'
import type { FeedForward } from './feed-forward.ts'
import type { LearningHyperparameters } from './hyperparameters.ts'
import type { DirectModel, GradientModel, Model } from './model.ts'
import type { Scorer } from './scorer.ts'
import type { Weights } from './weights.ts'

interface Definition<H, Name extends string> {
  readonly name: Name
  /** Ranges and defaults of all hyperparameters. */
  readonly hyperparameters: ZodType<H>
  readonly predictsRatings?: true
  /** See `Model`. A name must be registered in `searchRanges`. */
  readonly mainHyperparameters?: readonly string[]
  /** Defaults that depend on the data, on the hyperparameters that are set, and on whether a GPU trains. */
  defaults?(data: CsrMatrix, set: Readonly<Record<string, unknown>>, gpu: boolean): Partial<H>
  open(weights: Weights, hyperparameters: H): Scorer
  /** See `Model`. */
  feedForward?(weights: Weights, hyperparameters: H): FeedForward
}

type GradientDefinition<H extends LearningHyperparameters, Name extends string> = Definition<H, Name> &
  Pick<GradientModel<H>, 'kind' | 'objective' | 'exportWeights' | 'rankingChoices' | 'meaningOfWeights'>

type DirectDefinition<H, Name extends string> = Definition<H, Name> & Pick<DirectModel<H>, 'kind' | 'solve'>

/** A hyperparameter is unknown or out of range; the message names each, and lists those that the model has. */
export class HyperparametersError extends Error {
  override readonly name = 'HyperparametersError'
}

/** A model from its definition. Callers of the model need not know the type of its hyperparameters. */
export function defineModel<H extends LearningHyperparameters, const Name extends string>(
  definition: GradientDefinition<H, Name>,
): GradientModel<H, Name>
export function defineModel<H extends object, const Name extends string>(
  definition: DirectDefinition<H, Name>,
): DirectModel<H, Name>
export function defineModel<H extends LearningHyperparameters>(
  definition: GradientDefinition<H, string> | DirectDefinition<H, string>,
): Model {
  const { defaults, feedForward, ...model } = definition
  const { name, hyperparameters: schema } = definition
  const usesPositiveThreshold = namesOf(schema)?.includes('positiveThreshold') ?? false
  return Object.freeze({
    ...model,
    predictsRatings: definition.predictsRatings ?? false,
    usesPositiveThreshold,
    mainHyperparameters: definition.mainHyperparameters ?? [],
    resolve(hyperparameters: object, data: CsrMatrix) {
      const set = {
        ...(usesPositiveThreshold && { positiveThreshold: positiveThresholdOf({ matrix: data }) }),
        ...hyperparameters,
      }
      const resolved = parseHyperparameters(name, schema, { ...defaults?.(data, set, isOnGpu()), ...set })
      return 'warmupEpochs' in resolved ? limitWarmup(name, resolved, 'warmupEpochs' in set) : resolved
    },
    open: (weights: Weights, hyperparameters: unknown) =>
      definition.open(weights, schema.parse(hyperparameters)),
    ...(feedForward && {
      feedForward: (weights: Weights, hyperparameters: unknown) =>
        feedForward(weights, schema.parse(hyperparameters)),
    }),
  })
}

/** @throws HyperparametersError */
export function parseHyperparameters<H>(name: string, schema: ZodType<H>, hyperparameters: object): H {
  const parsed = schema.safeParse(hyperparameters)
  if (parsed.success) return parsed.data
  const names = namesOf(schema)
  const isUnknown = parsed.error.issues.some(({ code }) => code === 'unrecognized_keys')
  const known = isUnknown && names ? `\n${name} has: ${names.join(', ')}` : ''
  throw new HyperparametersError(
    `Invalid hyperparameters of ${name}:\n${z.prettifyError(parsed.error)}${known}`,
    { cause: parsed.error },
  )
}

/**
 * A warm-up that is longer than the training would never reach the learning rate.
 *
 * @throws HyperparametersError if the warm-up is set; a default is shortened
 */
function limitWarmup<H extends Pick<LearningHyperparameters, 'epochs' | 'warmupEpochs'>>(
  name: string,
  hyperparameters: H,
  isSet: boolean,
): H {
  const { epochs, warmupEpochs } = hyperparameters
  if (warmupEpochs <= epochs) return hyperparameters
  if (isSet)
    throw new HyperparametersError(
      `Invalid hyperparameters of ${name}:\n✖ warmupEpochs is ${warmupEpochs}, and must be at most epochs, which is ${epochs}`,
    )
  return { ...hyperparameters, warmupEpochs: epochs }
}

function namesOf(schema: ZodType): string[] | undefined {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : undefined
}

/** `hyperparameters`, with `positiveThreshold` added where the model uses one and they leave it out. */
export function withPositiveThreshold(
  model: Pick<Model, 'usesPositiveThreshold'>,
  positiveThreshold: number,
  hyperparameters: object = {},
): object {
  return { ...(model.usesPositiveThreshold && { positiveThreshold }), ...hyperparameters }
}
