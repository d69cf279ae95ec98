import type { Computation } from './computation.ts'
import type { PredictRequest } from './requests.ts'

export function computePrediction({ history, items }: PredictRequest): Computation {
  const distinct = Int32Array.from(new Set(items)).sort()
  let ratingOf = new Map<number, number>()
  return {
    histories: [],
    prediction: { history, items: distinct },
    onRatings: (ratings) => {
      ratingOf = new Map(Array.from(distinct, (item, n) => [item, ratings[n]!]))
    },
    result: () => Float32Array.from(items, (item) => ratingOf.get(item)!),
  }
}
