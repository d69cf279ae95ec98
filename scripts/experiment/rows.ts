// Experiments and their reports as rows of a table.
import type { Experiment } from '../../src/experiments/experiment.ts'
import type { ExperimentReport } from '../../src/experiments/report.ts'

export const experimentColumns = [
  'name',
  'status',
  'models',
  'weights',
  'createdAt',
  'startedAt',
  'stoppedAt',
  'hypothesis',
]

export function rowsOf(experiments: readonly Experiment[]): object[] {
  return experiments.map(({ definition, status, createdAt, startedAt, stoppedAt }) => ({
    name: definition.name,
    status,
    models: definition.variants.map(({ model }) => model),
    weights: definition.variants.map(({ weight }) => weight),
    ...{ createdAt, startedAt, stoppedAt },
    hypothesis: definition.hypothesis,
  }))
}

/** A row for each metric and variant; the comparison is that of a treatment with the control. */
export function metricRows({ metrics }: ExperimentReport): object[] {
  return metrics.flatMap(({ metric, role, variants, treatments }) =>
    variants.map((outcome) => {
      const treatment = treatments.find(({ variant }) => variant === outcome.variant)
      const { lift, sequential } = treatment?.comparison ?? {}
      return {
        ...{ metric: metric.name, role, ...outcome, lift },
        ...{ low: sequential?.low, high: sequential?.high, adjustedPValue: treatment?.adjustedPValue },
      }
    }),
  )
}
