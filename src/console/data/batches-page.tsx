/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { sum } from 'd3-array'
import { formatCount, unmeasured } from '../../pages/numbers.ts'
import type { BatchRecord } from '../../ratings/batches.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Link } from '../link.tsx'
import { showPage } from '../page.tsx'
import { Drawing, Table } from '../table.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext } from '../visitor.ts'
import { CountedAt } from './counted-at.tsx'
import { type ListedBatch, listBatches } from './list-batches.ts'
import { plotValues } from './value-plot.ts'

/** Where the ratings came from, and which values they have. */
export async function showBatches(c: ConsoleContext, dependencies: ConsoleDependencies) {
  const { batches: all, values, countedAt } = await listBatches(dependencies)
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
            <Drawing of={plotValues(values)} />
            <figcaption>Current ratings by value.</figcaption>
          </figure>
        )}
        <h2>Batches</h2>
        <p class="note">
          Every import is a batch; the ratings posted to the service form one batch per day. A quarantined
          batch is stored, but not used.
        </p>
        <Batches batches={all.slice(0, shownBatches)} />
        {all.length > shownBatches && (
          <p class="note">{`The latest ${shownBatches} of ${formatCount(all.length)}; npm run imports -- list shows all.`}</p>
        )}
      </>
    ),
  )
}

const shownBatches = 200

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
