// A weighted mean of the standardized scores of several models, and of their predicted ratings where all predict ratings.
import { z } from 'zod'
import { positiveThresholdOf } from '../interactions/positive-threshold.ts'
import { blendScorers } from './blended-scorer.ts'
import { HyperparametersError, parseHyperparameters } from './define-model.ts'
import { positiveThreshold } from './hyperparameters.ts'
import type { BlendModel, Model } from './model.ts'
import type { Weight, Weights } from './weights.ts'

const partSchema = z.strictObject({
  model: z.string(),
  hyperparameters: z.record(z.string(), z.unknown()).default({}),
  /** The epoch to end at; chosen by validation when absent. */
  lastEpoch: z.int().min(1).optional(),
})

const hyperparametersOf = (defaultParts: readonly string[]) =>
  z.preprocess(
    (given) => withSettingsOfParts(given as Settings, defaultParts),
    z
      .strictObject({
        positiveThreshold,
        parts: z
          .array(z.union([z.string().transform((model) => partSchema.parse({ model })), partSchema]))
          .min(2)
          .max(5)
          .default(() => defaultParts.map((model) => partSchema.parse({ model })))
          .describe('The models, each a name or { model, hyperparameters }'),
        shares: z
          .array(z.number().min(0).max(1))
          .optional()
          .describe("Each part's share of the score; chosen by validation when absent"),
      })
      .refine(({ parts, shares }) => shares === undefined || shares.length === parts.length, {
        message: 'needs as many numbers as there are parts',
        path: ['shares'],
      }),
  )

type Settings = Readonly<Record<string, unknown>>

/** Moves hyperparameters such as `parts.1.latent` to their parts; those of a part that is missing remain, as unknown ones. */
function withSettingsOfParts(given: Settings, defaultParts: readonly string[]): Settings {
  const { parts = defaultParts, ...others } = given
  if (!Array.isArray(parts)) return given
  const moved = parts.map((part) => (typeof part === 'string' ? { model: part } : { ...part }))
  const rest: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(others)) {
    const [, number, hyperparameter] = /^parts\.(\d+)\.(.+)$/.exec(name) ?? []
    const part = moved[Number(number)]
    if (part && hyperparameter !== undefined)
      part.hyperparameters = { ...part.hyperparameters, [hyperparameter]: value }
    else rest[name] = value
  }
  return { ...rest, parts: moved }
}

/**
 * A blend, whose parts may be any of `models`. A hyperparameter `parts.1.latent` is the `latent` of the second part.
 *
 * @param defaultParts the names of its parts where `parts` is not set
 */
export function defineBlend<const Name extends string>(
  name: Name,
  models: readonly Model[],
  defaultParts: readonly string[],
): BlendModel<Name> {
  const hyperparameters = hyperparametersOf(defaultParts)
  const find = (name: string): Model => {
    const model = models.find((model) => model.name === name)
    if (model) return model
    const names = models.map(({ name }) => name).join(', ')
    throw new HyperparametersError(`A blend cannot have the part '${name}'; there are ${names}`)
  }
  return Object.freeze({
    kind: 'blend',
    name,
    hyperparameters,
    usesPositiveThreshold: true,
    mainHyperparameters: [],
    // it does if its parts do
    predictsRatings: false,
    resolve(given, data) {
      const positiveThreshold = positiveThresholdOf({ matrix: data })
      const resolved = parseHyperparameters(name, hyperparameters, { positiveThreshold, ...given })
      for (const { model, hyperparameters } of resolved.parts) find(model).resolve(hyperparameters, data)
      return resolved
    },
    part: find,
    exportWeights: (parts) => Object.assign({}, ...parts.map(withPrefix)),
    open(weights, given) {
      const { parts, shares = parts.map(() => 1 / parts.length) } = hyperparameters.parse(given)
      const scorers = parts.map(({ model, hyperparameters }, n) =>
        find(model).open(withoutPrefix(weights, n), hyperparameters),
      )
      return blendScorers(scorers, shares)
    },
  } satisfies BlendModel<Name>)
}

function withPrefix(weights: Weights, part: number): Weights {
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [`${part}.${name}`, weight]))
}

function withoutPrefix(weights: Weights, part: number): Weights {
  const prefix = `${part}.`
  const own = Object.entries(weights).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(
    own.map(([name, weight]): [string, Weight] => [name.slice(prefix.length), weight]),
  )
}
