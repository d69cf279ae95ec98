import { worseThanBaselines } from '../../evaluation/worse-than-baselines.ts'
import type { RetrainingResult } from '../result.ts'
import { candidateName } from './evaluated-models.ts'

/** Where a candidate is worse than biases or popularity on the same test users, in sentences. */
export function candidatesWorseThanBaselines({ candidates, baselines, config }: RetrainingResult): string[] {
  const metricsOf = Object.fromEntries(baselines.map(({ model, figures }) => [model, figures.metrics]))
  return candidates.flatMap((candidate) => {
    const name = candidateName(candidate)
    const { figures } = candidate
    return figures ? worseThanBaselines(name, { ...metricsOf, [name]: figures.metrics }, config.metric) : []
  })
}
