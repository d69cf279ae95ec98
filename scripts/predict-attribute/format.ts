import { formatCount, formatEstimate } from '../../src/pages/numbers.ts'
import type { Result } from '../terminal/print-result.ts'
import { formatTable } from '../terminal/table.ts'
import type { AttributePrediction } from './predict-attribute.ts'

export function formatPrediction(prediction: AttributePrediction): Result {
  const { attribute, model, labels, values, accuracy, predicted, file } = prediction
  const rows = [
    [`embeddings of ${model}`, accuracy.embeddings],
    ['interactions with the 500 most popular items', accuracy.interactions],
    ['number and popularity of the rated items', accuracy.popularity],
    ['the most frequent value', accuracy.mostFrequent],
  ] as const
  return {
    document: prediction,
    text: [
      `${attribute}, ${formatCount(values.length)} values, ${formatCount(labels)} users with a label`,
      formatTable(
        ['predicted from', 'accuracy, ± 95 % interval'],
        rows.map(([name, estimate]) => [name, formatEstimate(estimate)]),
      ),
      file === null
        ? `${formatCount(predicted)} users have no label; --out writes their predicted values`
        : `${file}: the predicted values of ${formatCount(predicted)} users`,
    ].join('\n'),
  }
}
