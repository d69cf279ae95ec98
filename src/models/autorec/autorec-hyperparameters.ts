import { z } from 'zod'
import { type LearningHyperparameters, learningSchema, searchRanges } from '../hyperparameters.ts'
import { type EncoderInput, encoderInputs } from './encoder-input.ts'

const activations = ['identity', 'sigmoid'] as const
type Activation = (typeof activations)[number]

export interface AutoRecHyperparameters extends LearningHyperparameters {
  /** k, the size of the hidden layer. */
  readonly hidden: number
  /** λ, on the sum of the squared errors. */
  readonly regularization: number
  /** g */
  readonly hiddenActivation: Activation
  /** f; the sigmoid is stretched over the range of the ratings. */
  readonly outputActivation: Activation
  /** Share of hidden units dropped in training. */
  readonly dropout: number
  readonly input: EncoderInput
  /** Share of the ratings hidden from the encoder in training, which the decoder foretells with the others. */
  readonly inputDropout: number
  /** What is foretold where user or item has no rating. */
  readonly coldRating: number
}

/** The ranges of all hyperparameters, with a model's own defaults. */
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
    input: z.enum(encoderInputs).default(defaults.input),
    inputDropout: z
      .number()
      .min(0)
      .max(0.95)
      .default(defaults.inputDropout)
      .register(searchRanges, { from: 0, to: 0.5, scale: 'linear' }),
    coldRating: z.number().default(3),
  })
}
