import { formatCount, formatFixed, formatShare } from '../../src/pages/numbers.ts'
import type { Result } from '../terminal/print-result.ts'
import type { Completed } from './complete.ts'

export function formatCompleted(completed: Completed): Result {
  const { file, model, users, predictions, ignored, rmse, coverage } = completed
  return {
    document: completed,
    text: [
      `${file}: ${formatCount(predictions)} ratings of ${formatCount(users)} users, predicted by ${model}` +
        (ignored > 0 ? `; ignored ratings of items that it was not trained on: ${formatCount(ignored)}` : ''),
      `Known ratings, predicted from the other ratings of the user: RMSE ${formatFixed(rmse, 3)}, ${formatShare(coverage)} within 1.96 std (95 % expected)`,
    ].join('\n'),
  }
}
