// What must not break, however good the chosen metric is.
import { createRandom } from '../../random/random.ts'
import { pairedBootstrap } from '../../statistics/paired-bootstrap.ts'
import { valuesOf } from '../evaluate/evaluate-model.ts'
import type { Figures, Guardrail } from '../result.ts'
import type { GateOptions } from './gate.ts'

/** Those that are configured and can be taken of the models at hand. */
export function judgeGuardrails(options: GateOptions): Guardrail[] {
  const { candidate, champion } = options
  return [
    ...(champion ? againstChampion(options, candidate.figures, champion.figures) : []),
    againstPopularity(options),
    ...options.trust,
  ]
}

function againstChampion(
  { config: { guardrails: bounds } }: GateOptions,
  candidate: Figures,
  champion: Figures,
): Guardrail[] {
  const [rmse, rmseBefore] = [candidate.metrics.rmse?.mean, champion.metrics.rmse?.mean]
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
    ...(bounds.rmse === null || rmse === undefined || rmseBefore === undefined
      ? []
      : [atMost('rmse', rmse, rmseBefore, rmseBefore * (1 + bounds.rmse))]),
  ]
}

/** Somebody who asks a model must not be worse served than by a list of the most rated items. */
function againstPopularity({ config, variant, candidate, popularity }: GateOptions): Guardrail {
  const { metric, confidence, resamples, seed } = config
  const random = createRandom(seed, 'popularity', variant)
  const [own, theirs] = [valuesOf(candidate, metric), valuesOf(popularity, metric)]
  const { high } = pairedBootstrap(own, theirs, { random, confidence, resamples })
  const figures = `${metric} ${figure(candidate.figures.metrics[metric]!.mean)} against ${figure(popularity.figures.metrics[metric]!.mean)}`
  return high >= 0
    ? {
        name: 'popularity',
        passed: true,
        finding: `It is not clearly worse than the most rated items: ${figures}.`,
      }
    : {
        name: 'popularity',
        passed: false,
        finding: `It is clearly worse than the most rated items: ${figures}.`,
      }
}

const titles = {
  coverage: 'The share of items that anybody is shown',
  popularityLift: 'How much more popular lists are than their users’ histories',
  miscalibration: 'How far lists depart from their users’ mixture of popular and rare items',
  rmse: 'The RMSE of foretold ratings',
}

function atLeast(name: keyof typeof titles, value: number, before: number, bound: number): Guardrail {
  const found = `${titles[name]} is ${figure(value)}, the champion's ${figure(before)}`
  const passed = value >= bound
  return {
    name,
    passed,
    finding: passed ? `${found}.` : `${found}: it must not fall below ${figure(bound)}.`,
  }
}

function atMost(name: keyof typeof titles, value: number, before: number, bound: number): Guardrail {
  const found = `${titles[name]} is ${figure(value)}, the champion's ${figure(before)}`
  const passed = value <= bound
  return {
    name,
    passed,
    finding: passed ? `${found}.` : `${found}: it must not rise above ${figure(bound)}.`,
  }
}

const figure = (value: number) => value.toFixed(4)
