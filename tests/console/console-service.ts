// A service with the console over real HTTP, its data, and names that would be markup if they were not shown as text.
import { LiveApiKeys } from '../../src/http/access/live-api-keys.ts'
import { createPostgresApiKeys } from '../../src/http/access/postgres-api-keys.ts'
import type { Scope } from '../../src/http/access/scopes.ts'
import { createApp } from '../../src/http/app.ts'
import { openConsole } from '../../src/http/console/open-console.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { listen } from '../../src/http/server.ts'
import type { RetrainingResult } from '../../src/retraining/result.ts'
import { createPostgresTrainingRuns } from '../../src/training/postgres-training-runs.ts'
import { createTestApp } from '../http/test-app.ts'
import { projectionArtifact } from '../registry/projection-model.ts'
import { provenance } from '../registry/test-registry.ts'
import { sampleResult } from '../retraining/sample-result.ts'

/** Markup, a right-to-left override and an emoji. */
export const hostile = `<script>alert("x")</script><img src=x onerror=alert(1)>\u202Eevil\u202C 🎬`
/** The same as the name of a model, which is also a folder. */
export const hostileModel = `<img src=x onerror=alert(1)>\u202E🎬`

/** @param access whether keys are required */
export async function startConsole({ access }: { access: boolean }) {
  const { app: _, ...parts } = await createTestApp()
  const { database } = parts
  const keys = createPostgresApiKeys(database)
  const live = new LiveApiKeys(keys, parts.log)
  const metrics = createMetrics()
  const app = createApp({
    ...parts,
    pingDatabase: async () => {},
    metrics,
    console: openConsole(database, { ...parts, metrics }),
    ...(access
      ? { access: { keys: live, requestsPerMinute: Number.POSITIVE_INFINITY } }
      : { allowedHosts: ['127.0.0.1'] }),
  })
  const server = await listen(app.fetch, '127.0.0.1', 0)
  await parts.champions.refresh()
  return {
    ...parts,
    url: server.url,
    requiresKeys: access,
    close: () => server.close(),
    keys,
    async issue(scope: Scope, name: string = scope) {
      const issued = await keys.create({ name, scopes: [scope], requestsPerMinute: null, expiresAt: null })
      await live.refresh()
      return issued
    },
  }
}

export type ConsoleService = Awaited<ReturnType<typeof startConsole>>

/** Ratings in two batches, three versions of a model and one of another, a training and a report. */
export async function fill({ database, registry, ratings, champions, reports, train }: ConsoleService) {
  await ratings.save(
    ['a', 'b', 'c', 'd'].flatMap((itemId, n) =>
      ['u', 'v'].map((userId) => ({ userId, itemId, value: 1 + ((n * 7) % 5), time: 1_700_000_000 + n })),
    ),
  )
  await database.sql`
    insert into rating_batches (source, ratings, inserted, updated, unchanged) values (${hostile}, 3, 2, 1, 0)`
  await train(0.1)
  await train(0.2)
  await registry.publish(projectionArtifact(0.3), {
    ...provenance,
    metrics: {
      ...provenance.metrics,
      rmse: { mean: 0.93, standardError: 0.01 },
      [hostile]: { mean: 1, standardError: 0.1 },
    },
    parentVersion: 2,
    retrainingRun: sampleResult.runId,
    variant: hostile,
  })
  await registry.publish(
    { ...projectionArtifact(), model: hostileModel, hyperparameters: { [hostile]: hostile } },
    provenance,
  )
  await recordTraining(database)
  await recordRun(database)
  await reports.save({ result: resultOfProjection, html: '<!doctype html><title>Report</title>' })
  await champions.refresh()
}

async function recordTraining(database: ConsoleService['database']): Promise<void> {
  const runs = createPostgresTrainingRuns(database)
  const id = await runs.start({
    model: 'projection',
    hyperparameters: {},
    seed: 1,
    dataFingerprint: 'by hand',
    backend: 'cpu',
  })
  for (let epoch = 1; epoch <= 5; epoch++)
    await runs.recordEpoch(id, {
      epoch,
      epochs: 5,
      loss: 1 / epoch,
      seconds: 1,
      validation: { metric: 'ndcg@100', value: epoch / 10 },
    })
  await runs.end(id, { status: 'finished', version: 2 })
}

async function recordRun({ sql }: ConsoleService['database']): Promise<void> {
  const { runId, outcome, config, cold, backend, finishedAt } = sampleResult
  await sql`
    insert into retraining_runs (id, status, outcome, reason, config, cold, backend, by, finished_at)
    values (${runId}, 'finished', ${outcome}, ${hostile}, ${JSON.stringify(config)}, ${cold}, ${backend}, ${hostile},
      ${finishedAt})`
}

/** The sample in which the candidate is version 3 of `projection` and the champion version 2. */
const resultOfProjection: RetrainingResult = {
  ...sampleResult,
  candidates: sampleResult.candidates.slice(1, 2).map((candidate) => ({
    ...candidate,
    variant: 'projection',
    model: 'projection',
    version: 3,
    champion: { ...candidate.champion!, version: 2 },
  })),
}
