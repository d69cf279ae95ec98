import type { EvaluatedModel } from '../../../src/retraining/evaluate/evaluate-model.ts'
import type { Figures } from '../../../src/retraining/result.ts'

/** A model as it was judged by one user for each value of NDCG@10. */
export function plantedEvaluation(
  values: readonly number[],
  given: Partial<Omit<Figures, 'metrics'>> & { readonly rmse?: number } = {},
): EvaluatedModel {
  const { rmse, ...figures } = given
  const summary = (mean: number) => ({ mean, low: mean, high: mean })
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    figures: {
      coverage: 0.5,
      novelty: 3,
      diversity: 0.7,
      popularityLift: 0.2,
      miscalibration: 0.1,
      byActivity: [],
      byPopularity: [],
      ...figures,
      metrics: { 'ndcg@10': summary(mean), ...(rmse !== undefined && { rmse: summary(rmse) }) },
    },
    metrics: {},
    ranking: {
      rows: Int32Array.from(values.keys()),
      values: new Map([['ndcg@10', Float64Array.from(values)]]),
      lists: [],
    },
  }
}
