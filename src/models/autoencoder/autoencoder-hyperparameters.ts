// The options of the generic autoencoder, and those that it shares with Mult-VAE and Mult-DAE.
import { z } from 'zod'
import { type Activation, activations } from '../activation.ts'
import {
  type LearningDefaults,
  type LearningHyperparameters,
  learningSchema,
  type SearchRange,
  searchRanges,
} from '../hyperparameters.ts'
import { negatives } from './sampled-softmax.ts'

const priors = ['none', 'kl', 'mmd', 'adversarial', 'wasserstein', 'joint'] as const

export interface AutoencoderHyperparameters extends LearningHyperparameters {
  /** Sizes of the encoder's layers before the code; the decoder's are the same in reverse. */
  readonly hidden: readonly number[]
  /** Size of the code: fewer units than items make an undercomplete autoencoder, more an overcomplete one. */
  readonly latent: number
  /** g, of all layers except those that output moments or logits; the identity makes the autoencoder linear. */
  readonly activation: Activation
  /**
   * The term that draws the code toward the prior: none; `kl`, the divergence KL(q(z | x) ‖ N(0, I)) of each user's
   * Gaussian posterior; for codes that are points, a distance between the codes of a batch and draws of the prior:
   * `mmd`, the maximum mean discrepancy; `adversarial`, a discriminator; `wasserstein`, a critic with gradient penalty; or
   * `joint`, a discriminator that also sees the positives, those of the user or those drawn by the decoder.
   */
  readonly prior: (typeof priors)[number]
  /** Components of the mixture of normals that is the prior of codes that are points; 1 for N(0, I). */
  readonly priorComponents: number
  /** Whether the hidden layer next to the items is a latent level that is drawn, and that a `joint` discriminator sees. */
  readonly hierarchical: boolean
  /** Units of each of the two hidden layers of the discriminator or critic. */
  readonly discriminatorWidth: number
  /** Weight of the likelihood −log p(x | z), the conditional entropy of x given z in ALICE; 0 for ALI. */
  readonly reconstruction: number
  /** The largest weight β of the prior's term. */
  readonly maxBeta: number
  /** Share of all updates over which β grows linearly from 0 to `maxBeta`. */
  readonly annealingFraction: number
  /** Whether the decoder predicts a random part of a user's positives from the others, see `splitPositives`. */
  readonly conditional: boolean
  /** Share of a user's positives that are dropped from the input in training. */
  readonly dropout: number
  /** Standard deviation of the Gaussian noise on each positive of the input in training, relative to its value. */
  readonly noise: number
  /** Weight of Σ ‖W‖² over all matrices. This and the following weights are relative to the mean loss per user. */
  readonly regularization: number
  /** Weight of the distance from the input to its reconstruction in the feature space of a trained iALS: see `featureLoss`. */
  readonly featureConsistency: number
  /** Weight of the mean of Σ |h| over the code. */
  readonly l1: number
  /** Weight of Σ KL(ρ ‖ ρ̂) over the code, whose units are sigmoids. */
  readonly sparsity: number
  /** ρ, the target of the mean activation ρ̂ of each unit of the code. */
  readonly targetActivation: number
  /** Weight of the mean of ‖∂h/∂x‖²_F, which is exact for an encoder of one layer. */
  readonly contraction: number
  /** The weight that the clustering term of `clusteringLoss` grows to. */
  readonly clustering: number
  /** K, the clusters of that term. */
  readonly clusters: number
  /** Items drawn per update to estimate the softmax over all items, which null computes. */
  readonly negatives: number | null
}

/** Whether the loss has a term over the weights or scores of all items, so that no sample of them will do. */
export function needsAllItems({
  featureConsistency = 0,
  contraction = 0,
  prior,
}: Partial<AutoencoderHyperparameters>): boolean {
  return featureConsistency > 0 || contraction > 0 || prior === 'joint'
}

const size = z.int().min(1).max(100_000)
const share = z.number().min(0).max(1)
const weight = z.number().min(0).max(1e6)

export function hiddenSizes(
  sizes: readonly number[],
  choices: readonly (readonly number[])[] = [[], [300], [600], [600, 300]],
) {
  return z
    .array(size)
    .max(8)
    .default([...sizes])
    .register(searchRanges, { choices })
}

export function latentSize(latent: number) {
  return size.default(latent).register(searchRanges, { from: 50, to: 2 * latent, scale: 'log' })
}

export function inputDropout(dropout: number) {
  return share.max(0.95).default(dropout).register(searchRanges, { from: 0.1, to: 0.8, scale: 'linear' })
}

export function inputNoise(noise: number) {
  return weight.default(noise)
}

export function weightDecay(regularization: number) {
  return weight.default(regularization).register(searchRanges, { from: 1e-6, to: 1e-2, scale: 'log' })
}

/** The defaults of a model that uses none of the options. */
const off = {
  hidden: [] as readonly number[],
  latent: 200,
  activation: 'tanh' as Activation,
  prior: 'none' as AutoencoderHyperparameters['prior'],
  priorComponents: 1,
  hierarchical: false,
  reconstruction: 1,
  discriminatorWidth: 100,
  maxBeta: 0,
  annealingFraction: 0,
  conditional: false,
  dropout: 0,
  noise: 0,
  regularization: 0,
  featureConsistency: 0,
  l1: 0,
  sparsity: 0,
  targetActivation: 0.05,
  contraction: 0,
  clustering: 0,
  clusters: 8,
  negatives: null as number | null,
}

export type AutoencoderDefaults = LearningDefaults & Partial<AutoencoderHyperparameters>

/** The schema of all options. A search varies only those that the defaults turn on. */
export function autoencoderSchema(modelDefaults: AutoencoderDefaults) {
  const defaults = { ...off, ...modelDefaults }
  const optional = (
    name: 'maxBeta' | 'annealingFraction' | 'sparsity' | 'contraction',
    range: SearchRange,
  ) => {
    const schema = (name === 'annealingFraction' ? share : weight).default(defaults[name])
    return defaults[name] === off[name] ? schema : schema.register(searchRanges, range)
  }
  return z
    .strictObject({
      ...learningSchema(modelDefaults),
      hidden: hiddenSizes(defaults.hidden, defaults.contraction > 0 ? [[]] : undefined),
      latent: latentSize(defaults.latent),
      activation: z.enum(activations).default(defaults.activation),
      prior: z.enum(priors).default(defaults.prior),
      priorComponents: z.int().min(1).max(1000).default(defaults.priorComponents),
      hierarchical: z.boolean().default(defaults.hierarchical),
      reconstruction: weight.default(defaults.reconstruction),
      discriminatorWidth: size.default(defaults.discriminatorWidth),
      maxBeta: optional('maxBeta', { from: 0, to: 2 * defaults.maxBeta, scale: 'linear' }),
      annealingFraction: optional('annealingFraction', { from: 0.1, to: 1, scale: 'linear' }),
      conditional: z.boolean().default(defaults.conditional),
      dropout: defaults.conditional ? share.max(0.95).default(0) : inputDropout(defaults.dropout),
      noise: inputNoise(defaults.noise),
      regularization:
        defaults.regularization === 0 ? weight.default(0) : weightDecay(defaults.regularization),
      featureConsistency: weight.default(defaults.featureConsistency),
      l1: weight.default(defaults.l1),
      sparsity: optional('sparsity', aroundWeight(defaults.sparsity)),
      targetActivation: share.gt(0).lt(1).default(defaults.targetActivation),
      contraction: optional('contraction', aroundWeight(defaults.contraction)),
      clustering: weight.default(defaults.clustering),
      clusters: z.int().min(2).max(1000).default(defaults.clusters),
      negatives,
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
    .refine((hyperparameters) => hyperparameters.negatives === null || !needsAllItems(hyperparameters), {
      path: ['negatives'],
      error:
        "samples the items, and contraction, featureConsistency and the prior 'joint' need all of them: set negatives to null",
    })
    .refine(({ conditional, dropout, noise }) => !conditional || (dropout === 0 && noise === 0), {
      path: ['conditional'],
      error: 'leaves out a part of the input itself: set dropout and noise to 0',
    })
    .refine(
      ({ priorComponents, prior }) => priorComponents === 1 || !['none', 'kl', 'joint'].includes(prior),
      {
        path: ['priorComponents'],
        error: "is for codes that are points: set prior to 'adversarial', 'wasserstein' or 'mmd'",
      },
    )
    .refine(({ hierarchical, prior, hidden }) => !hierarchical || (prior === 'joint' && hidden.length > 0), {
      path: ['hierarchical'],
      error:
        "is for a joint discriminator of two levels: set prior to 'joint' and hidden to the size of the lower one",
    })
    .refine(({ reconstruction, prior }) => reconstruction > 0 || prior === 'joint', {
      path: ['reconstruction'],
      error: "may be 0 only for prior 'joint', where the discriminator trains the decoder",
    })
    .refine(({ priorComponents, latent }) => priorComponents <= latent, {
      path: ['priorComponents'],
      error: 'is at most latent: each component has a direction of its own',
    })
}

function aroundWeight(weight: number): SearchRange {
  return { from: weight / 100, to: 100 * weight, scale: 'log' }
}
