import type { Config } from '../../src/config/config.ts'
import { openDatabase } from '../../src/db/database.ts'
import { pruneExperiments } from '../../src/experiments/prune-experiments.ts'
import { formatNumber } from '../../src/pages/numbers.ts'
import type { Result } from '../terminal/print-result.ts'
import { logLine } from '../terminal/with-database.ts'

export async function prune(config: Config, seconds: number): Promise<Result> {
  const { sql, close } = await openDatabase(config, logLine)
  try {
    const pruned = await pruneExperiments(sql, seconds)
    const { experiments, exposures, feedback } = pruned
    const ofExperiments = experiments.length === 0 ? '' : ` of ${experiments.join(', ')}`
    return {
      document: pruned,
      text: `Deleted ${formatNumber(exposures, 'exposure')}${ofExperiments}, and ${formatNumber(feedback, 'event')} of feedback.`,
    }
  } finally {
    await close()
  }
}
