// What needs attention, in sentences.
import type { ExposureLosses } from '../../experiments/exposure-log.ts'
import { formatCount, formatFixed, formatSeconds } from '../../pages/numbers.ts'
import type { LiveChampion } from '../../recommender/live-champions.ts'
import type { Manifest } from '../../registry/registry.ts'
import { formatVersionName } from '../../registry/version-name.ts'
import type { Drift } from '../../retraining/data/snapshot.ts'
import type { ListedRun } from '../../retraining/run/postgres-run-list.ts'
import { shiftedPsi } from '../../statistics/population-stability-index.ts'
import type { ListedBatch } from '../data/list-batches.ts'
import { pathOf } from '../models/version-path.ts'
import type { Traffic } from './traffic.ts'

/** A sentence, and the page with the details. */
export interface Alarm {
  readonly sentence: string
  readonly page: string
}

export interface ServiceState {
  readonly champions: readonly LiveChampion[]
  /** The version of the default champion; null without one. */
  readonly defaultVersion: Manifest | null
  readonly run: ListedRun | null
  readonly batches: readonly ListedBatch[]
  /** Of the latest run that was compared with the one before. */
  readonly drift: Drift | null
  readonly traffic: Traffic
  readonly exposures: ExposureLosses
  readonly now: Date
}

export function alarmsOf(state: ServiceState): Alarm[] {
  return [
    ...modelAlarms(state),
    ...stalenessAlarms(state),
    ...runAlarms(state),
    ...driftAlarms(state),
    ...dataAlarms(state),
    ...serviceAlarms(state),
  ]
}

function modelAlarms({ champions }: ServiceState): Alarm[] {
  if (champions.length === 0)
    return [{ sentence: 'No model has been trained yet: run npm run train -- --model all.', page: 'models' }]
  return champions.flatMap(({ champion, status, serving }) => [
    ...(champion.warning === null ? [] : [{ sentence: champion.warning, page: pathOf(champion) }]),
    ...(status === 'failed'
      ? [
          {
            sentence: `${formatVersionName(champion)} cannot be loaded, so requests for it fail; see the log.`,
            page: pathOf(champion),
          },
        ]
      : []),
    ...(serving && serving.manifest.version !== champion.version
      ? [
          {
            sentence: `${formatVersionName(champion)} is not loaded: ${formatVersionName(serving.manifest)} serves instead.`,
            page: pathOf(champion),
          },
        ]
      : []),
  ])
}

function stalenessAlarms({ defaultVersion, batches, now }: ServiceState): Alarm[] {
  if (defaultVersion === null) return []
  const days = (now.getTime() - defaultVersion.createdAt.getTime()) / dayMs
  const arrived = batches
    .filter(({ receivedAt }) => receivedAt > defaultVersion.createdAt)
    .reduce((sum, { stored }) => sum + (stored?.current ?? 0), 0)
  if (days < staleDays || arrived === 0) return []
  return [
    {
      sentence: `${formatVersionName(defaultVersion)}, the default, was trained ${Math.floor(days)} days ago, and at least ${formatCount(arrived)} ratings have arrived since: run npm run retrain.`,
      page: pathOf(defaultVersion),
    },
  ]
}

const dayMs = 86_400_000
/** Two intervals of the default schedule of retraining. */
const staleDays = 14

function runAlarms({ run }: ServiceState): Alarm[] {
  if (run === null) return []
  const page = run.hasReport ? `reports/${run.id}` : `runs/retrainings/${run.id}`
  if (run.status === 'failed' || run.status === 'interrupted')
    return [
      {
        sentence: `The last retraining ${run.status === 'failed' ? 'failed' : 'was interrupted'}${run.error ? `: ${run.error}` : ''}. npm run retrain -- --resume resumes it.`,
        page,
      },
    ]
  return run.outcome === 'stopped'
    ? [{ sentence: `The last retraining trained nothing: ${run.reason}`, page }]
    : []
}

function driftAlarms({ drift }: ServiceState): Alarm[] {
  if (drift === null) return []
  const shifted = [
    { of: 'The values of the new ratings', psi: drift.valuesPsi },
    { of: 'The popularity of the newly rated items', psi: drift.popularityPsi },
  ].filter(({ psi }) => psi > shiftedPsi)
  return shifted.map(({ of, psi }) => ({
    sentence: `${of} had shifted at the last retraining: PSI ${formatFixed(psi, 2)}, above ${shiftedPsi}.`,
    page: 'data#drift',
  }))
}

function dataAlarms({ batches }: ServiceState): Alarm[] {
  const quarantined = batches.filter(({ status }) => status === 'quarantined')
  if (quarantined.length === 0) return []
  const [first] = quarantined
  return [
    quarantined.length === 1
      ? {
          sentence: `Batch ${first!.id} is quarantined, so its ratings are not used: ${first!.reason}`,
          page: `data/${first!.id}`,
        }
      : {
          sentence: `${quarantined.length} batches are quarantined, so their ratings are not used.`,
          page: 'data',
        },
  ]
}

function serviceAlarms({ traffic, exposures }: ServiceState): Alarm[] {
  const failures = traffic.routes.reduce((sum, route) => sum + route.failures, 0)
  const recently = `in the last ${formatSeconds(traffic.seconds)}`
  const sentences = [
    failures > 0 &&
      `${formatCount(failures)} ${failures === 1 ? 'request' : 'requests'} failed ${recently}; see the log.`,
    traffic.rejected > 0 &&
      `${formatCount(traffic.rejected)} requests were rejected ${recently}, because too many were waiting: add replicas or cores.`,
    exposures.unreadable > 0 &&
      `${formatCount(exposures.unreadable)} exposures were lost: lines of the journal on disk are unreadable.`,
    exposures.notOnDisk > 0 &&
      `${formatCount(exposures.notOnDisk)} exposures could not be written to disk; they are lost if the process is killed.`,
    exposures.areWaiting &&
      'Exposures are waiting on disk, because they could not be written to the database.',
  ]
  return sentences.flatMap((sentence) => (sentence ? [{ sentence, page: 'overview#requests' }] : []))
}
