/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { sum } from 'd3-array'
import { formatCount, unmeasured } from '../../pages/numbers.ts'
import { figure } from '../../pages/plot.ts'
import type { BatchRecord } from '../../ratings/batches.ts'
import type { Activity } from '../../ratings/postgres-activity.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Link } from '../link.tsx'
import { ListPages, skippedIn } from '../list-pages.tsx'
import { showPage } from '../page.tsx'
import { Drawing, Table } from '../table.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext } from '../visitor.ts'
import { CountedAt } from './counted-at.tsx'
import { DriftSection } from './drift.tsx'
import { type ListedBatch, listBatches } from './list-batches.ts'
import { plotValues } from './value-plot.ts'

/** Where the ratings came from, and which values they have. */
export async function showBatches(c: ConsoleContext, dependencies: ConsoleDependencies) {
  const skipped = skippedIn(c, 'batches')
  const [{ batches: all, values, activity, countedAt }, drifts] = await Promise.all([
    listBatches(dependencies),
    dependencies.readDrifts(shownDrifts),
  ])
  const [latest] = drifts
  const snapshot = latest ? (await dependencies.reports.find(latest.runId)).result.snapshot : null
  return showPage(
    c,
    { title: 'Data', section: 'data' },
    all.length === 0 ? (
      <p>
        There are no ratings yet: npm run import reads files of them, and POST /ratings stores single ones.
      </p>
    ) : (
      <>
        {values && <p>{`${formatCount(sum(values, ({ count }) => count))} ratings are current.`}</p>}
        <CountedAt time={countedAt} />
        {values && values.length > 0 && (
          <figure>
            <Drawing of={plotValues(values, { label: 'Current ratings by value', counted: 'Ratings' })} />
            <figcaption>Current ratings by value.</figcaption>
          </figure>
        )}
        {activity && <ActivityFigure activity={activity} />}
        <DriftSection drifts={drifts} snapshot={snapshot} />
        <h2>Batches</h2>
        <p class="note">
          Every import is a batch; the ratings posted to the service form one batch per day. A quarantined
          batch is stored, but not used.
        </p>
        <Batches batches={all.slice(skipped, skipped + shownBatches)} />
        <ListPages
          to="data"
          list="batches"
          skipped={skipped}
          size={shownBatches}
          hasMore={all.length > skipped + shownBatches}
        />
      </>
    ),
  )
}

const shownBatches = 200
/** Half a year of weekly retraining. */
const shownDrifts = 26

function ActivityFigure({ activity: { users, items } }: { activity: Activity }) {
  if (users.length === 0) return null
  const plots = [
    plotValues(users, { label: 'Users by their number of ratings', counted: 'Users' }),
    plotValues(items, { label: 'Items by their number of ratings', counted: 'Items' }),
  ]
  return <Drawing of={figure(plots, 'Users, and items, by the number of their current ratings.')} />
}

function Batches({ batches }: { batches: readonly ListedBatch[] }) {
  return (
    <Table
      head={['Batch', 'Source', 'Received', 'Status', 'New', 'Changed', 'Current now', 'In the history']}
      textColumns={4}
      rows={batches.map((batch) => [
        <Link to={`data/${batch.id}`}>{`Batch ${batch.id}`}</Link>,
        <bdi>{nameOf(batch)}</bdi>,
        <Time at={batch.receivedAt} />,
        batch.status,
        batch.counts ? formatCount(batch.counts.inserted) : '',
        batch.counts ? formatCount(batch.counts.updated) : '',
        batch.stored ? formatCount(batch.stored.current) : unmeasured,
        batch.stored ? formatCount(batch.stored.inHistory) : unmeasured,
      ])}
    />
  )
}

export function nameOf({ source, day }: BatchRecord): string {
  return day === null ? source : `${source} ${day}`
}
