import { formatCount } from '../../src/pages/numbers.ts'
import type { Result } from '../terminal/print-result.ts'
import type { Completed } from './complete.ts'

export function formatCompleted(completed: Completed): Result {
  const { file, model, users, predictions, ignored } = completed
  return {
    document: completed,
    text:
      `${file}: ${formatCount(predictions)} ratings of ${formatCount(users)} users, predicted by ${model}` +
      (ignored > 0 ? `; ignored ratings of items that it was not trained on: ${formatCount(ignored)}` : ''),
  }
}
