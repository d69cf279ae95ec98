// Summarizes several seeds of one row.
import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import type { BeyondAccuracy } from '../../src/evaluation/beyond-accuracy.ts'
import type { Metric } from '../../src/evaluation/metric.ts'
import { type Estimate, estimateMean } from '../../src/statistics/estimate.ts'
import { mean } from '../../src/statistics/mean.ts'
import type { Validation } from '../../src/training/validate.ts'
import type { Section } from './catalog.ts'
import type { RunOutcome } from './runs.ts'

/** A mean with its 95 % interval. */
export interface Figure {
  readonly mean: number
  readonly halfWidth: number
}

export interface RowSummary {
  readonly seeds: number
  /** The metrics that the model supports. */
  readonly metrics: Partial<Record<Metric, Figure>>
  readonly beyondAccuracy: BeyondAccuracy | null
  readonly epochs: number
  readonly epochSeconds: number
  /** The number of epochs times the seconds of one, or those of a model without epochs. */
  readonly trainingSeconds: number
  readonly latentSpace: LatentSpaceUse
}

/**
 * How the chosen epochs use the latent space, as means over the seeds; what a model does not have, or what runs of an earlier
 * release did not store, is absent.
 */
export interface LatentSpaceUse {
  /** Mean KL(q(z | x) ‖ N(0, I)) per user, in nats. */
  readonly kl?: number
  readonly activeUnits?: Share
  /** Of the discriminator, as a fraction; with a Wasserstein critic too. */
  readonly accuracy?: number
  readonly gradientNorm?: number
  readonly usedComponents?: Share
  readonly usedInterests?: Share
}

export interface Share {
  readonly used: number
  readonly count: number
}

/** Undefined without a run. */
export function summarize(section: Section, outcomes: readonly RunOutcome[]): RowSummary | undefined {
  if (outcomes.length === 0) return undefined
  const reports = outcomes.map(({ report }) => report)
  const figures = section.metrics.flatMap((metric) => {
    const estimates = reports.flatMap(({ metrics }) => metrics[metric] ?? [])
    return estimates.length === 0 ? [] : [[metric, figure(estimates, section.seeded)] as const]
  })
  const lists = reports.flatMap(({ beyondAccuracy }) => beyondAccuracy ?? [])
  return {
    seeds: reports.length,
    metrics: Object.fromEntries(figures),
    beyondAccuracy: lists.length === 0 ? null : average(lists),
    epochs: mean(reports.map(({ epochs }) => epochs ?? 0)),
    epochSeconds: mean(reports.map(({ epochSeconds }) => epochSeconds ?? 0)),
    trainingSeconds: mean(
      reports.map(({ epochs, epochSeconds }) => Math.max(epochs ?? 0, 1) * (epochSeconds ?? 0)),
    ),
    latentSpace: averageUse(reports.flatMap(({ validation }) => validation ?? [])),
  }
}

function averageUse(validations: readonly Validation[]): LatentSpaceUse {
  const latent = validations.flatMap(({ latent }) => latent ?? [])
  const discriminators = validations.flatMap(({ discriminator }) => discriminator ?? [])
  const mixtures = discriminators.filter(({ components }) => components > 1)
  const interests = validations.flatMap(({ interests }) => interests ?? [])
  return {
    ...(latent.length > 0 && {
      kl: mean(latent.map(({ kl }) => kl)),
      activeUnits: averageShare(
        latent.map(({ activeUnits, units }) => ({ used: activeUnits, count: units })),
      ),
    }),
    ...(discriminators.length > 0 && {
      accuracy: mean(discriminators.map(({ accuracy }) => accuracy)),
      gradientNorm: mean(discriminators.map(({ gradientNorm }) => gradientNorm)),
    }),
    ...(mixtures.length > 0 && {
      usedComponents: averageShare(
        mixtures.map(({ usedComponents, components }) => ({ used: usedComponents, count: components })),
      ),
    }),
    ...(interests.length > 0 && { usedInterests: averageShare(interests) }),
  }
}

function averageShare(shares: readonly Share[]): Share {
  return { used: mean(shares.map(({ used }) => used)), count: mean(shares.map(({ count }) => count)) }
}

/**
 * Several splits: Student's t interval of their means. One held-out part, or one split: the interval over its users,
 * which more training seeds do not narrow.
 */
function figure(estimates: readonly Estimate[], seeded: Section['seeded']): Figure {
  const means = estimates.map((estimate) => estimate.mean)
  if (seeded === 'split' && means.length > 1)
    return {
      mean: mean(means),
      halfWidth: tQuantile(0.975, means.length - 1) * estimateMean(means).standardError,
    }
  return { mean: mean(means), halfWidth: 1.96 * mean(estimates.map(({ standardError }) => standardError)) }
}

function average(lists: readonly BeyondAccuracy[]): BeyondAccuracy {
  const of = (name: keyof BeyondAccuracy) => mean(lists.map((list) => list[name]))
  return {
    coverage: of('coverage'),
    novelty: of('novelty'),
    diversity: of('diversity'),
    popularityLift: of('popularityLift'),
    miscalibration: of('miscalibration'),
  }
}
