// How good a model is for the judging users, whatever items it knows.
import { createBeyondAccuracy } from '../../evaluation/beyond-accuracy.ts'
import { type Evaluation, evaluate, supportedMetrics } from '../../evaluation/evaluate.ts'
import { isRankingMetric, type Metric, type RankingMetric } from '../../evaluation/metric.ts'
import { selectRows } from '../../interactions/csr/select.ts'
import type { Scorer } from '../../models/scorer.ts'
import type { PeriodSplit } from '../../splits/hold-out-period.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import type { RetrainingConfig } from '../config.ts'
import type { Figures } from '../result.ts'
import { segmentsByActivity, segmentsByPopularity } from './segments.ts'

export interface JudgedModel {
  readonly figures: Figures
  /** As they are kept with a version. */
  readonly metrics: Evaluation['metrics']
  /** By metric, a value for each judging user; and their lists. */
  readonly ranking: NonNullable<Evaluation['ranking']>
}

/** How long the lists are that are looked at as lists. */
const listSize = 20

/** @param scorer of the split's items */
export async function judgeModel(
  scorer: Scorer,
  { test, train }: PeriodSplit,
  { metric, metrics, positiveThreshold }: RetrainingConfig,
): Promise<JudgedModel> {
  // those of the segments are always among them
  const names: Metric[] = [...new Set<Metric>([metric, ...metrics, 'recall@20', 'ndcg@100', 'rmse', 'mae'])]
  const judgement = await evaluate(scorer, test, supportedMetrics(scorer, names), { positiveThreshold })
  const ranking = judgement.ranking!
  const judged = { evaluation: ranking, heldOut: test, positiveThreshold, train }
  const beyond = createBeyondAccuracy(train)
  return {
    figures: {
      ...beyond(ranking.lists, selectRows(test.histories, ranking.rows), listSize),
      metrics: summarize(judgement.metrics as Readonly<Record<string, Estimate>>),
      byActivity: segmentsByActivity(judged),
      byPopularity: segmentsByPopularity(judged),
    },
    metrics: judgement.metrics,
    ranking,
  }
}

/** @throws RangeError when the metric was not among those measured */
export function valuesOf({ ranking }: JudgedModel, metric: RankingMetric): Float64Array {
  const values = ranking.values.get(metric)
  if (!values) throw new RangeError(`${metric} was not measured`)
  return values
}

function summarize(metrics: Readonly<Record<string, Estimate>>): Figures['metrics'] {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, { mean, standardError }]) => {
      const reach = 1.96 * standardError
      const highest = isRankingMetric(name as Metric) ? 1 : Number.POSITIVE_INFINITY
      return [name, { mean, low: Math.max(0, mean - reach), high: Math.min(highest, mean + reach) }]
    }),
  )
}
