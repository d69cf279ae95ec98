/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCount, formatFixed, formatSeconds, formatShare } from '../../pages/numbers.ts'
import type { Manifest } from '../../registry/registry.ts'
import type { ListedRun } from '../../retraining/run/postgres-run-list.ts'
import { CountedAt } from '../data/counted-at.tsx'
import { listBatches } from '../data/list-batches.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Link } from '../link.tsx'
import { showPage } from '../page.tsx'
import { Drawing, Table } from '../table.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext, Visitor } from '../visitor.ts'
import { type Alarm, alarmsOf } from './alarms.ts'
import { DefaultModel } from './default-model.tsx'
import { evaluationAtTraining, evaluationOf } from './evaluation.ts'
import { plotDays, ratingsByDay } from './rating-days.ts'
import type { Traffic } from './traffic.ts'

/** Which model serves requests, how good and how fast it is, and what needs attention. */
export async function showOverview(c: ConsoleContext, dependencies: ConsoleDependencies) {
  const { registry, champions, listRuns, traffic, exposureLosses } = dependencies
  const [listed, runs, { batches, countedAt }, [drift]] = await Promise.all([
    registry.champions(),
    listRuns(50),
    listBatches(dependencies),
    dependencies.readDrifts(1),
  ])
  const defaultChampion = listed.find(({ isDefault }) => isDefault)
  const version = defaultChampion ? await registry.manifest(defaultChampion) : null
  const evaluation =
    version &&
    ((await lastEvaluation(version, runs, dependencies)) ??
      evaluationAtTraining(version, await registry.versions()))
  const requests = traffic()
  const state = {
    champions: champions.list(),
    defaultVersion: version,
    run: runs[0] ?? null,
    batches,
    drift: drift?.drift ?? null,
    traffic: requests,
    exposures: exposureLosses(),
    now: new Date(),
  }
  const days = ratingsByDay(batches, state.now)
  return showPage(
    c,
    { title: 'Overview', section: 'overview' },
    <>
      <DefaultModel version={version} evaluation={evaluation} warning={defaultChampion?.warning ?? null} />
      <Alarms alarms={alarmsOf(state)} />
      <div class="columns">
        <section>
          <h2>Last retraining</h2>
          <LastRun run={state.run} visitor={c.get('visitor')} />
          <h2>Ratings per day</h2>
          {days.some(({ ratings }) => ratings > 0) ? (
            <>
              <Drawing of={plotDays(days)} />
              <p class="note">
                Ratings of the last 30 days by the day (UTC) that they arrived, by{' '}
                <Link to="data">batch</Link>.
              </p>
            </>
          ) : (
            countedAt && <p>No ratings have arrived in the last 30 days.</p>
          )}
          <CountedAt time={countedAt} />
        </section>
        <section>
          <h2 id="requests">Requests</h2>
          <Requests traffic={requests} />
        </section>
      </div>
    </>,
  )
}

/** That of the latest report that evaluated the version. */
async function lastEvaluation(
  version: Manifest,
  runs: readonly ListedRun[],
  { reports }: Pick<ConsoleDependencies, 'reports'>,
) {
  const reported = runs.filter(({ hasReport, outcome }) => hasReport && outcome !== 'stopped')
  for (const { id } of reported.slice(0, 3)) {
    const evaluation = evaluationOf(version, (await reports.find(id)).result)
    if (evaluation) return evaluation
  }
  return null
}

function Alarms({ alarms }: { alarms: readonly Alarm[] }) {
  return (
    <section aria-label="Alarms">
      {alarms.length === 0 ? (
        <p>Nothing needs attention.</p>
      ) : (
        <ul class="alarms">
          {alarms.map(({ sentence, page }) => (
            <li>
              <Link to={page}>
                <bdi>{sentence}</bdi>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function LastRun({ run, visitor }: { run: ListedRun | null; visitor: Visitor }) {
  if (run === null) return <p>There was no retraining yet: npm run retrain starts one.</p>
  const { id, status, outcome, reason, by, startedAt, finishedAt, hasReport } = run
  return (
    <>
      <p>
        <strong>{outcome ?? status}</strong>
        {reason !== null && (
          <>
            {': '}
            <bdi>{reason}</bdi>
          </>
        )}
      </p>
      <p>
        Started <Time at={startedAt} /> by <bdi>{by}</bdi>
        {finishedAt && (
          <>
            , {status === 'finished' ? 'finished' : 'ended'} <Time at={finishedAt} />
          </>
        )}
        . {hasReport && visitor.isAdmin && <Link to={`reports/${id}`}>Report of the last retraining</Link>}
      </p>
    </>
  )
}

function Requests({ traffic }: { traffic: Traffic }) {
  const { seconds, routes, historyReads, historyHits } = traffic
  const shown = routes.slice(0, 12)
  return (
    <>
      {shown.length === 0 ? (
        <p>There were no requests.</p>
      ) : (
        <Table
          head={['Route', 'Per second', 'p99', 'Failed']}
          rows={shown.map(({ route, requests, p99Seconds, failures }) => [
            route,
            formatFixed(requests / seconds, requests / seconds < 10 ? 2 : 0),
            Number.isFinite(p99Seconds) ? `≤ ${formatDuration(p99Seconds)}` : '> 10 s',
            formatCount(failures),
          ])}
        />
      )}
      <p class="note">
        The last {formatSeconds(seconds)} of this process; <code>/metrics</code> has all of them since its
        start.
      </p>
      <p>
        {historyReads === 0
          ? 'No user histories were read.'
          : `The cache had ${formatShare(historyHits / historyReads)} of ${formatCount(historyReads)} user histories.`}
      </p>
    </>
  )
}

/** With the fractions of milliseconds of the buckets. */
function formatDuration(seconds: number): string {
  return seconds < 1 ? `${seconds * 1000} ms` : `${seconds} s`
}
