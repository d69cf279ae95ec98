// Conditions that a candidate must meet, however good its metric is.
import { createRandom } from '../../random/random.ts'
import { pairedBootstrap } from '../../statistics/paired-bootstrap.ts'
import type { RetrainingConfig } from '../config.ts'
import { type EvaluatedModel, valuesOf } from '../evaluate/evaluate-model.ts'
import type { Figures, Guardrail } from '../result.ts'

export interface GuardrailOptions {
  readonly config: RetrainingConfig
  /** Part of the seed of the bootstrap, so that candidates have independent draws. */
  readonly variant: string
  readonly candidate: EvaluatedModel
  /** Evaluated on the same users; null if the model has no champion yet. */
  readonly champion: EvaluatedModel | null
  /** The popularity baseline, evaluated on the same users. */
  readonly popularity: EvaluatedModel
  /** Whether the ratings of the period are reliable enough to evaluate models. */
  readonly dataQuality: readonly Guardrail[]
}

/** Guardrails that are configured and apply to the compared models. */
export function checkGuardrails(options: GuardrailOptions): Guardrail[] {
  const { candidate, champion } = options
  return [
    ...(champion ? againstChampion(options, candidate.figures, champion.figures) : []),
    againstPopularity(options),
    ...options.dataQuality,
  ]
}

function againstChampion(
  { config: { guardrails: bounds } }: GuardrailOptions,
  candidate: Figures,
  champion: Figures,
): Guardrail[] {
  const [rmse, championRmse] = [candidate.metrics.rmse?.mean, champion.metrics.rmse?.mean]
  return [
    ...(bounds.coverage === null
      ? []
      : [
          atLeast(
            'coverage',
            candidate.coverage,
            champion.coverage,
            champion.coverage * (1 - bounds.coverage),
          ),
        ]),
    ...(['popularityLift', 'miscalibration'] as const).flatMap((name) => {
      const bound = bounds[name]
      return bound === null ? [] : [atMost(name, candidate[name], champion[name], champion[name] + bound)]
    }),
    ...(bounds.rmse === null || rmse === undefined || championRmse === undefined
      ? []
      : [atMost('rmse', rmse, championRmse, championRmse * (1 + bounds.rmse))]),
  ]
}

/** The candidate must not be significantly worse than the popularity baseline. */
function againstPopularity({ config, variant, candidate, popularity }: GuardrailOptions): Guardrail {
  const { metric, confidence, resamples, seed } = config
  const random = createRandom(seed, 'popularity', variant)
  const [values, baseline] = [valuesOf(candidate, metric), valuesOf(popularity, metric)]
  const { high } = pairedBootstrap(values, baseline, { random, confidence, resamples })
  const figures = `${metric} ${figure(candidate.figures.metrics[metric]!.mean)} against ${figure(popularity.figures.metrics[metric]!.mean)}`
  return high >= 0
    ? {
        name: 'popularity',
        passed: true,
        finding: `It is not significantly worse than the popularity baseline: ${figures}.`,
      }
    : {
        name: 'popularity',
        passed: false,
        finding: `It is significantly worse than the popularity baseline: ${figures}.`,
      }
}

const titles = {
  coverage: 'Coverage, the share of all items that appear in a list,',
  popularityLift: 'Popularity lift, how much more popular lists are than histories,',
  miscalibration: 'Miscalibration, the divergence of lists from the popularity mix of histories,',
  rmse: 'RMSE of predicted ratings',
}

function atLeast(name: keyof typeof titles, value: number, champion: number, bound: number): Guardrail {
  const found = `${titles[name]} is ${figure(value)}; the champion has ${figure(champion)}`
  const passed = value >= bound
  return {
    name,
    passed,
    finding: passed ? `${found}.` : `${found}: the minimum is ${figure(bound)}.`,
  }
}

function atMost(name: keyof typeof titles, value: number, champion: number, bound: number): Guardrail {
  const found = `${titles[name]} is ${figure(value)}; the champion has ${figure(champion)}`
  const passed = value <= bound
  return {
    name,
    passed,
    finding: passed ? `${found}.` : `${found}: the maximum is ${figure(bound)}.`,
  }
}

const figure = (value: number) => value.toFixed(4)
