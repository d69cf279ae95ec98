import type { EvaluationTask } from '../../src/evaluation/evaluation-task.ts'
import { formatCount } from '../../src/pages/numbers.ts'
import type { RepeatedPairs } from '../../src/splits/split.ts'
import { logLine } from './with-database.ts'

export function logRepeatedTestRatings({ split }: EvaluationTask, rule: RepeatedPairs = 'skip'): void {
  const { repeatedTestRatings = 0 } = split
  if (repeatedTestRatings > 0)
    logLine(
      `${formatCount(repeatedTestRatings)} test ratings have the same user and item as a training rating, and are ` +
        (rule === 'keep' ? 'kept' : 'skipped; --repeated-pairs keep counts them, as published tables do'),
    )
}
