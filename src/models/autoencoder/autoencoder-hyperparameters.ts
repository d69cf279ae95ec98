// The options of the autoencoder of likes; Mult-VAE, Mult-DAE and their relatives are choices among them.
import { z } from 'zod'
import { type Activation, activations } from '../activation.ts'
import { type LearningHyperparameters, learningSchema } from '../hyperparameters.ts'
import { type SearchRange, searchRanges } from '../search-range.ts'

const priors = ['none', 'kl', 'mmd'] as const

export interface AutoencoderHyperparameters extends LearningHyperparameters {
  /** Sizes of the encoder's layers before the code; the decoder's are the same in reverse. */
  readonly hidden: readonly number[]
  /** Size of the code: fewer units than items make an undercomplete autoencoder, more an overcomplete one. */
  readonly latent: number
  /** g, of all layers but those that give moments or logits; the identity makes the autoencoder linear. */
  readonly activation: Activation
  /**
   * What draws the code to N(0, I): nothing; the divergence KL(q(z | x) ‖ N(0, I)) of each user's Gaussian posterior;
   * or the discrepancy (MMD) between all codes of a batch, which are points, and draws of N(0, I).
   */
  readonly prior: (typeof priors)[number]
  /** The largest weight β of the prior's term. */
  readonly maxBeta: number
  /** Share of all updates over which β grows linearly from 0 to `maxBeta`. */
  readonly annealingFraction: number
  /** Share of a user's likes hidden from the encoder in training. */
  readonly dropout: number
  /** Deviation of the Gaussian noise on each like that the encoder is shown in training, where a like is 1. */
  readonly noise: number
  /** Weight of Σ ‖W‖² over all matrices. This and the weights below stand beside the mean loss of a user. */
  readonly regularization: number
  /** Weight of the mean of Σ |h| over the code. */
  readonly l1: number
  /** Weight of Σ KL(ρ ‖ ρ̂) over the code, whose units are sigmoids. */
  readonly sparsity: number
  /** ρ, what the mean activation ρ̂ of each unit of the code is drawn to. */
  readonly targetActivation: number
  /** Weight of the mean of ‖∂h/∂x‖²_F, which is exact for an encoder of one layer. */
  readonly contraction: number
}

/** All switched off. */
const off = {
  hidden: [] as readonly number[],
  latent: 200,
  activation: 'tanh' as Activation,
  prior: 'none' as AutoencoderHyperparameters['prior'],
  maxBeta: 0,
  annealingFraction: 0,
  dropout: 0,
  noise: 0,
  regularization: 0,
  l1: 0,
  sparsity: 0,
  targetActivation: 0.05,
  contraction: 0,
}

/** The schema of all options. A search is for those that the defaults switch on. */
export function autoencoderSchema(
  defaults: Parameters<typeof learningSchema>[0] & Partial<AutoencoderHyperparameters>,
) {
  const given = { ...off, ...defaults }
  const layers = z.array(z.int().min(1).max(100_000)).max(8)
  const share = z.number().min(0).max(1)
  const weight = z.number().min(0).max(1e6)
  const whereOn = (schema: z.ZodDefault<z.ZodNumber>, name: keyof typeof off, range: SearchRange) =>
    given[name] === off[name] ? schema : schema.register(searchRanges, range)
  return z
    .strictObject({
      ...learningSchema(defaults),
      hidden: layers
        .default([...given.hidden])
        .register(searchRanges, { choices: given.contraction > 0 ? [[]] : [[], [300], [600], [600, 300]] }),
      latent: z
        .int()
        .min(1)
        .max(100_000)
        .default(given.latent)
        .register(searchRanges, { from: 50, to: 2 * given.latent, scale: 'log' }),
      activation: z.enum(activations).default(given.activation),
      prior: z.enum(priors).default(given.prior),
      maxBeta: whereOn(weight.default(given.maxBeta), 'maxBeta', {
        from: 0,
        to: 2 * given.maxBeta,
        scale: 'linear',
      }),
      annealingFraction: whereOn(share.default(given.annealingFraction), 'annealingFraction', {
        from: 0.1,
        to: 1,
        scale: 'linear',
      }),
      dropout: share
        .max(0.95)
        .default(given.dropout)
        .register(searchRanges, { from: 0.1, to: 0.8, scale: 'linear' }),
      noise: weight.default(given.noise),
      regularization: whereOn(weight.default(given.regularization), 'regularization', {
        from: 1e-6,
        to: 1e-2,
        scale: 'log',
      }),
      l1: weight.default(given.l1),
      sparsity: whereOn(weight.default(given.sparsity), 'sparsity', aroundWeight(given.sparsity)),
      targetActivation: share.gt(0).lt(1).default(given.targetActivation),
      contraction: whereOn(weight.default(given.contraction), 'contraction', aroundWeight(given.contraction)),
    })
    .refine(
      ({ sparsity, prior, activation }) => sparsity === 0 || (prior === 'none' && activation === 'sigmoid'),
      {
        path: ['sparsity'],
        error: "is for a code of sigmoids: set activation to 'sigmoid' and prior to 'none'",
      },
    )
    .refine(({ contraction, hidden }) => contraction === 0 || hidden.length === 0, {
      path: ['contraction'],
      error: 'is exact for an encoder of one layer: set hidden to []',
    })
}

function aroundWeight(weight: number): SearchRange {
  return { from: weight / 100, to: 100 * weight, scale: 'log' }
}
