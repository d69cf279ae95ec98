import { z } from 'zod'
import { type LearningHyperparameters, learningSchema, searchRanges } from '../hyperparameters.ts'
import { type EncoderInput, encoderInputs } from './encoder-input.ts'

/**
 * What AutoRec reads and predicts in place of a rating: the rating itself (the paper); or its residual, which is what the
 * baseline of biases leaves, in units of the standard deviation of all residuals, so that λ is free of units.
 */
const trainingTargets = ['ratings', 'residuals'] as const

const activations = ['identity', 'sigmoid'] as const
type Activation = (typeof activations)[number]

export interface AutoRecHyperparameters extends LearningHyperparameters {
  /** k, the size of the hidden layer. */
  readonly hidden: number
  /** λ, on the sum of the squared errors; in units of the residuals' variance if they are the target. */
  readonly regularization: number
  /** g, the activation of the hidden layer. */
  readonly hiddenActivation: Activation
  /** f, the activation of the output; the sigmoid is scaled to the range of the ratings. */
  readonly outputActivation: Activation
  /** Share of the hidden units that are dropped in training. */
  readonly dropout: number
  readonly target: (typeof trainingTargets)[number]
  readonly input: EncoderInput
  /** Share of the ratings that are dropped from the input in training; the decoder still has to predict them. */
  readonly inputDropout: number
  /**
   * The prediction for a user or an item without ratings: a rating, 3 in the paper, or the mean of all ratings plus the
   * biases of user and item, as far as there are ratings to know them by.
   */
  readonly coldRating: number | 'bias'
  /** α₀ of the ranking, see `openImplicitRanking`; null: chosen on the validation users. */
  readonly unobservedWeight: number | null
  /** λ of the ranking, relative to the length of the item vectors; null: chosen on the validation users. */
  readonly rankingRegularization: number | null
}

/** The schema of all hyperparameters, with the defaults of a model. */
export function autoRecSchema(
  defaults: Parameters<typeof learningSchema>[0] &
    Pick<AutoRecHyperparameters, 'regularization' | 'dropout' | 'input' | 'inputDropout'>,
) {
  return z.strictObject({
    ...learningSchema(defaults),
    hidden: z
      .int()
      .min(1)
      .max(100_000)
      .default(500)
      .register(searchRanges, { from: 100, to: 800, scale: 'log' }),
    regularization: z
      .number()
      .min(0)
      .max(1e6)
      .default(defaults.regularization)
      .register(searchRanges, { from: 10, to: 1000, scale: 'log' }),
    hiddenActivation: z.enum(activations).default('sigmoid'),
    outputActivation: z.enum(activations).default('identity'),
    dropout: z
      .number()
      .min(0)
      .max(0.95)
      .default(defaults.dropout)
      .register(searchRanges, { from: 0, to: 0.6, scale: 'linear' }),
    target: z.enum(trainingTargets).default('ratings').register(searchRanges, { choices: trainingTargets }),
    input: z.enum(encoderInputs).default(defaults.input).register(searchRanges, { choices: encoderInputs }),
    inputDropout: z
      .number()
      .min(0)
      .max(0.95)
      .default(defaults.inputDropout)
      .register(searchRanges, { from: 0, to: 0.5, scale: 'linear' }),
    coldRating: z.union([z.number(), z.literal('bias')]).default('bias'),
    unobservedWeight: z
      .number()
      .min(1e-3)
      .max(1)
      .nullable()
      .default(null)
      .describe('α₀ of the ranking; by default chosen on the validation users'),
    rankingRegularization: z
      .number()
      .min(1e-3)
      .max(1e3)
      .nullable()
      .default(null)
      .describe('λ of the ranking; by default chosen on the validation users'),
  })
}
