import type { Database } from '../../src/db/database.ts'
import type { WorkOptions } from '../../src/jobs/job-queue.ts'
import { type ArtifactStoreConfig, openArtifactStore } from '../../src/registry/open-artifact-store.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { createVariantHandler, variantJob } from '../../src/retraining/run/variant-job.ts'
import { createRungHandler, rungJob } from '../../src/tuning/rung-job.ts'
import { readData } from '../terminal/read-data.ts'

export interface WorkerDependencies {
  readonly database: Database
  readonly config: ArtifactStoreConfig
  /** The name of the current backend. */
  readonly backend: string
}

/** Runs a job of any kind that this version supports. */
export function createJobHandler({ database, config, backend }: WorkerDependencies): WorkOptions['handle'] {
  const store = openArtifactStore(config)
  const registry = openRegistry(database, config)
  const handlers: Readonly<Record<string, WorkOptions['handle']>> = {
    [rungJob]: createRungHandler((options, signal) => readData(options, database.sql, signal), store),
    [variantJob]: createVariantHandler({ database, registry, store, backend }),
  }
  return async (job, signal) => {
    const handle = handlers[job.kind]
    if (handle) return handle(job, signal)
    throw new Error(
      `This worker does not support ${job.kind} jobs; the sender may run another version of Palate`,
    )
  }
}
