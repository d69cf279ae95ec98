import { chiSquareTest } from '../statistics/chi-square-test.ts'
import { holm } from '../statistics/holm.ts'
import { analyzeMetric } from './analyze-metric.ts'
import { isAA } from './definition.ts'
import { type Experiment, ExperimentConflictError } from './experiment.ts'
import type { ExposureFlow, OutcomeLog } from './outcome-log.ts'
import type { ExperimentReport, MetricReport } from './report.ts'
import { type SampleRatio, sampleRatioAlpha } from './sample-ratio.ts'
import { reachVerdict } from './verdict.ts'

/**
 * The report of an experiment from its current log.
 *
 * @throws ExperimentConflictError if it was never started.
 */
export async function analyzeExperiment(experiment: Experiment, log: OutcomeLog): Promise<ExperimentReport> {
  const { definition, startedAt, stoppedAt } = experiment
  if (startedAt === null) throw new ExperimentConflictError(`"${definition.name}" has not been started`)
  const metrics = [definition.primaryMetric, ...definition.guardrails]
  const [exposures, ...outcomes] = await Promise.all([
    log.flow(experiment),
    ...metrics.map((metric) => log.outcome(experiment, metric)),
  ])
  const flow = { ...exposures, sampleRatio: sampleRatioOf(exposures, experiment) }
  const findings = metrics.map((metric, n) => analyzeMetric(outcomes[n]!, definition, metric))
  const reports = adjust(findings)
  const asOf = stoppedAt ?? new Date()
  const daysRun = (asOf.getTime() - startedAt.getTime()) / 86_400_000
  const aa = isAA(definition)
  const { name, hypothesis, mode, confidence, minimumDetectableEffect, variants, days } = definition
  return {
    experiment: {
      name,
      hypothesis,
      mode,
      confidence,
      minimumDetectableEffect,
      variants,
      status: experiment.status,
      aa,
      startedAt,
      asOf,
      daysPlanned: days,
      daysRun,
    },
    verdict: reachVerdict({ flow, metrics: reports, definition, aa, daysRun }),
    flow,
    metrics: reports,
  }
}

/** Users against the traffic split at their first exposure; null for interleaving, which has no split. */
function sampleRatioOf(flow: ExposureFlow, { definition, weights }: Experiment): SampleRatio | null {
  if (definition.mode === 'interleaving') return null
  const names = definition.variants.map(({ name }) => name)
  const observed = names.map((name) => total(flow, (row) => row.variant === name))
  const expected = names.map((name) =>
    weights.reduce((sum, split, n) => {
      const totalWeight = Object.values(split.weights).reduce((a, b) => a + b, 0)
      return sum + (total(flow, (row) => row.split === n) * split.weights[name]!) / totalWeight
    }, 0),
  )
  if (expected.some((users) => users === 0)) return null
  const { pValue } = chiSquareTest(observed, expected)
  return { pValue, alarm: pValue < sampleRatioAlpha }
}

function total({ users }: ExposureFlow, of: (row: ExposureFlow['users'][number]) => boolean): number {
  return users.filter(of).reduce((sum, row) => sum + row.users, 0)
}

/** Holm adjustment over all tests: each treatment in each metric. */
function adjust(findings: readonly ReturnType<typeof analyzeMetric>[]): MetricReport[] {
  const pValues = findings.flatMap(({ treatments }) =>
    treatments.map(({ comparison }) => comparison.difference.pValue),
  )
  const adjusted = holm(pValues.map((pValue) => (Number.isNaN(pValue) ? 1 : pValue)))
  let claim = 0
  return findings.map((finding, n) => ({
    ...finding,
    role: n === 0 ? 'primary' : 'guardrail',
    treatments: finding.treatments.map((treatment) => ({ ...treatment, adjustedPValue: adjusted[claim++]! })),
  }))
}
