// A model evaluated on the test users of the period.
import { createBeyondAccuracy } from '../../evaluation/beyond-accuracy.ts'
import { type Evaluation, evaluate, supportedMetrics } from '../../evaluation/evaluate.ts'
import type { RankingEvaluation } from '../../evaluation/evaluate-ranking.ts'
import { isRankingMetric, type Metric, type RankingMetric } from '../../evaluation/metric.ts'
import { selectRows } from '../../interactions/csr/select.ts'
import type { Scorer } from '../../models/scorer.ts'
import type { PeriodSplit } from '../../splits/hold-out-period.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import type { RetrainingConfig } from '../config.ts'
import type { Figures } from '../result.ts'
import { segmentsByActivity, segmentsByPopularity } from './segments.ts'

export interface EvaluatedModel {
  readonly figures: Figures
  /** As recorded with the version. */
  readonly metrics: Evaluation['metrics']
  /** Values by metric and test user, and the lists of the users. */
  readonly ranking: NonNullable<Evaluation['ranking']>
}

/** Length of the lists for coverage, novelty and the like. */
const listSize = 20

/** @param scorer scores the items of the split */
export async function evaluateModel(
  scorer: Scorer,
  { test, train, positiveThreshold }: PeriodSplit,
  { metric, metrics }: RetrainingConfig,
): Promise<EvaluatedModel> {
  // segments always need recall@20 and ndcg@100
  const names: Metric[] = [...new Set<Metric>([metric, ...metrics, 'recall@20', 'ndcg@100', 'rmse', 'mae'])]
  const evaluation = await evaluate(scorer, test, supportedMetrics(scorer, names), { positiveThreshold })
  const ranking = evaluation.ranking!
  const segmented = { evaluation: ranking, heldOut: test, positiveThreshold, train }
  const beyond = createBeyondAccuracy(train)
  return {
    figures: {
      ...beyond(ranking.lists, selectRows(test.histories, ranking.rows), listSize),
      metrics: summarize(evaluation.metrics as Readonly<Record<string, Estimate>>),
      byActivity: segmentsByActivity(segmented),
      byPopularity: segmentsByPopularity(segmented),
    },
    metrics: evaluation.metrics,
    ranking,
  }
}

/** @throws RangeError if the metric was not computed */
export function valuesOf(
  { ranking }: { readonly ranking: Pick<RankingEvaluation, 'values'> },
  metric: RankingMetric,
): Float64Array {
  const values = ranking.values.get(metric)
  if (!values) throw new RangeError(`${metric} was not computed`)
  return values
}

function summarize(metrics: Readonly<Record<string, Estimate>>): Figures['metrics'] {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, { mean, standardError }]) => {
      const radius = 1.96 * standardError
      const max = isRankingMetric(name as Metric) ? 1 : Number.POSITIVE_INFINITY
      return [name, { mean, low: Math.max(0, mean - radius), high: Math.min(max, mean + radius) }]
    }),
  )
}
