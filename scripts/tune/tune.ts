import { openJobQueue } from '../../src/jobs/postgres-job-queue.ts'
import { findModel } from '../../src/models/models.ts'
import { openArtifactStore } from '../../src/registry/open-artifact-store.ts'
import { type ExpectedCost, minAnnouncedSeconds } from '../../src/training/expected-cost.ts'
import { createPostgresStudies } from '../../src/tuning/postgres-studies.ts'
import { type SearchOptions, search } from '../../src/tuning/search.ts'
import { searchSpaceOf } from '../../src/tuning/search-space.ts'
import { bestTrial, type TrialRecord } from '../../src/tuning/study.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import { formatExpected } from '../terminal/epoch-progress.ts'
import { createProgress, type Progress } from '../terminal/progress.ts'
import { type DataOptions, readData } from '../terminal/read-data.ts'
import { withDatabase } from '../terminal/with-database.ts'
import { summarize, type TuneReport } from './format.ts'

export interface TuneOptions extends SearchOptions, DataOptions, BackendOptions {
  readonly model: string
}

/**
 * Searches for good hyperparameters of a model, and shows the progress.
 *
 * @throws NoStudyError if there is no study to resume, Error if no trial was finished, and any error of reading and
 * splitting
 */
export async function tune(options: TuneOptions, interrupted: AbortSignal): Promise<TuneReport> {
  const startedAt = performance.now()
  const model = findModel(options.model)
  searchSpaceOf(model, options.set)
  return withDatabase(async (database, config) => {
    const queue = options.workers === undefined ? undefined : await openJobQueue(database.sql)
    const backend = queue ? 'workers' : (await openBackend(options)).name
    const data = await readData(options, database.sql, interrupted)
    let earlier = 0
    let progress: Progress | undefined
    let expected: ExpectedCost | null = null
    const found = await search(
      model,
      data,
      options,
      {
        studies: createPostgresStudies(database),
        store: openArtifactStore(config),
        ...(queue && { queue }),
        files: options,
        onStart: (earlierTrials) => {
          earlier = earlierTrials
          const total = Math.max(options.trials - earlier, 0)
          progress = createProgress({ label: `Searching ${model.name}`, unit: 'trials', total })
        },
        onExpected: (cost) => {
          if (cost.seconds < minAnnouncedSeconds) return
          expected = cost
          progress?.note(`The search: ${formatExpected(cost)}`)
        },
        onResult: (trials) => progress?.update(trials.length - earlier, formatBest(trials)),
      },
      interrupted,
    ).finally(() => progress?.finish())
    const seconds = (performance.now() - startedAt) / 1000
    return { ...found, backend, ...summarize(found), expected, seconds }
  })
}

function formatBest(trials: readonly TrialRecord[]): string {
  const best = bestTrial(trials)!
  const { epochs, validation } = best.results.at(-1)!
  return `best ${validation.metric} ${validation.value.toFixed(4)} of trial ${best.trial} after ${epochs} epochs`
}
