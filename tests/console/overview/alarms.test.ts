import { describe, expect, test } from 'vitest'
import type { ListedBatch } from '../../../src/console/data/list-batches.ts'
import { alarmsOf, type ServiceState } from '../../../src/console/overview/alarms.ts'
import type { LiveChampion } from '../../../src/recommender/live-champions.ts'
import type { Champion, Manifest } from '../../../src/registry/registry.ts'
import type { ListedRun } from '../../../src/retraining/run/postgres-run-list.ts'
import { provenance } from '../../registry/test-registry.ts'
import { sampleResult } from '../../retraining/sample-result.ts'

const now = new Date('2026-03-20T00:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)

const champion: Champion = {
  model: 'ease',
  version: 2,
  isDefault: true,
  promotedAt: daysAgo(1),
  promotedBy: 'a test',
  reason: 'to serve',
  warning: null,
}
const manifest: Manifest = {
  ...provenance,
  model: 'ease',
  version: 2,
  hyperparameters: {},
  artifact: { key: 'k', sha256: 's', bytes: 1 },
  baselines: null,
  prunedAt: null,
  createdAt: daysAgo(1),
}
const serving = (version: number) => ({ manifest: { ...manifest, version } }) as LiveChampion['serving']
const batch: ListedBatch = {
  id: 7,
  source: 'file.csv',
  day: null,
  status: 'active',
  reason: null,
  receivedAt: daysAgo(2),
  changedAt: null,
  counts: null,
  stored: { current: 1234, inHistory: 0 },
}
const run: ListedRun = {
  id: '0b7c9a52-6f5e-4a57-9a70-0f4f6c1f7f11',
  status: 'finished',
  outcome: 'promoted',
  reason: 'better',
  error: null,
  by: 'a test',
  startedAt: daysAgo(1),
  finishedAt: daysAgo(1),
  hasReport: true,
}
const healthy: ServiceState = {
  champions: [{ champion, serving: serving(2), status: 'loaded' }],
  defaultVersion: manifest,
  run,
  batches: [batch],
  drift: sampleResult.snapshot.drift,
  traffic: { seconds: 300, routes: [], rejected: 0, historyReads: 0, historyHits: 0 },
  exposures: { notOnDisk: 0, unreadable: 0, areWaiting: false },
  now,
}
const failingRoute = { route: 'GET /a', requests: 9, failures: 3, p99Seconds: 1 }

describe('an alarm', () => {
  test('is raised by nothing in a healthy service', () => {
    expect(alarmsOf(healthy)).toEqual([])
  })

  test.each<[string, Partial<ServiceState>, RegExp, string]>([
    ['without models', { champions: [], defaultVersion: null }, /^No model has been trained/, 'models'],
    [
      'when a baseline is better',
      {
        champions: [
          {
            champion: { ...champion, warning: 'popularity is better' },
            serving: serving(2),
            status: 'loaded',
          },
        ],
      },
      /^popularity is better$/,
      'models/ease/2',
    ],
    [
      'when a champion cannot be loaded',
      { champions: [{ champion, serving: null, status: 'failed' }] },
      /^ease@2 cannot be loaded/,
      'models/ease/2',
    ],
    [
      'when an older version serves',
      { champions: [{ champion, serving: serving(1), status: 'loaded' }] },
      /ease@1 serves instead/,
      'models/ease/2',
    ],
    [
      'when the default is old and ratings have arrived since',
      { defaultVersion: { ...manifest, createdAt: daysAgo(20) } },
      /trained 20 days ago, and at least 1,234 ratings/,
      'models/ease/2',
    ],
    [
      'when the last retraining failed',
      {
        run: { ...run, status: 'failed', outcome: null, reason: null, error: 'no memory', hasReport: false },
      },
      /failed: no memory/,
      `runs/retrainings/${run.id}`,
    ],
    [
      'when the values of ratings have shifted',
      { drift: { ...sampleResult.snapshot.drift!, valuesPsi: 0.3 } },
      /^The values of the new ratings had shifted at the last retraining: PSI 0\.30, above 0\.25\.$/,
      'data#drift',
    ],
    [
      'when other items are rated',
      { drift: { ...sampleResult.snapshot.drift!, popularityPsi: 0.26 } },
      /^The popularity of the newly rated items had shifted/,
      'data#drift',
    ],
    [
      'when data checks stopped the last retraining',
      { run: { ...run, outcome: 'stopped', reason: 'a flood' } },
      /trained nothing: a flood/,
      `reports/${run.id}`,
    ],
    [
      'when a batch is quarantined',
      { batches: [{ ...batch, status: 'quarantined', reason: 'shuffled' }] },
      /^Batch 7 is quarantined.*shuffled$/,
      'data/7',
    ],
    [
      'when requests fail',
      { traffic: { ...healthy.traffic, routes: [failingRoute] } },
      /^3 requests failed/,
      'overview#requests',
    ],
    [
      'when the queue is full',
      { traffic: { ...healthy.traffic, rejected: 17 } },
      /^17 requests were rejected/,
      'overview#requests',
    ],
    [
      'when exposures are lost',
      { exposures: { notOnDisk: 0, unreadable: 5, areWaiting: false } },
      /^5 exposures were lost/,
      'overview#requests',
    ],
    [
      'when exposures are waiting',
      { exposures: { notOnDisk: 0, unreadable: 0, areWaiting: true } },
      /^Exposures are waiting/,
      'overview#requests',
    ],
  ])('is raised %s', (_, change, sentence, page) => {
    const alarms = alarmsOf({ ...healthy, ...change })
    expect(alarms).toEqual([{ sentence: expect.stringMatching(sentence), page }])
  })

  test('is not raised by an old default without later ratings', () => {
    const old = { ...manifest, createdAt: daysAgo(20) }
    expect(
      alarmsOf({ ...healthy, defaultVersion: old, batches: [{ ...batch, receivedAt: daysAgo(30) }] }),
    ).toEqual([])
  })
})
