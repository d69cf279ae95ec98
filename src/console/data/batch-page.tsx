/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCount, unmeasured } from '../../pages/numbers.ts'
import { type BatchContent, UnknownBatchError } from '../../ratings/batches.ts'
import { ChangeForm } from '../change-form.tsx'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Facts } from '../facts.tsx'
import { showPage } from '../page.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext, Visitor } from '../visitor.ts'
import { batchIdIn } from './batch-path.ts'
import { nameOf } from './batches-page.tsx'
import { CountedAt } from './counted-at.tsx'
import { type ListedBatch, listBatches } from './list-batches.ts'

/** The content is counted on request, since it takes seconds for millions of ratings. */
type DescribedBatch = ListedBatch & { readonly content?: BatchContent }

/** One batch: what it has, and what can be done with it. */
export async function showBatch(c: ConsoleContext, dependencies: ConsoleDependencies) {
  const id = batchIdIn(c)
  const { batches, countedAt } = await listBatches(dependencies)
  const listed = batches.find((batch) => batch.id === id)
  if (listed === undefined) throw new UnknownBatchError(id)
  const batch: DescribedBatch =
    c.req.query('count') === 'content' ? await count(listed, dependencies) : listed
  return showPage(
    c,
    { title: `Batch ${batch.id}`, section: 'data' },
    <>
      <Status batch={batch} />
      <Content batch={batch} />
      {!batch.content && <CountedAt time={countedAt} />}
      {!batch.content && hasEvents(batch) && (
        <form class="filter" method="get">
          <button type="submit" name="count" value="content">
            Count its users, items and values
          </button>
        </form>
      )}
      <Actions batch={batch} visitor={c.get('visitor')} />
    </>,
  )
}

async function count(
  listed: ListedBatch,
  { batches }: Pick<ConsoleDependencies, 'batches'>,
): Promise<DescribedBatch> {
  const { current, inHistory, content } = await batches.find(listed.id)
  return { ...listed, stored: { current, inHistory }, content }
}

function hasEvents({ stored }: ListedBatch): boolean {
  return stored === null || stored.current + stored.inHistory > 0
}

function Status({ batch: { status, changedAt, reason } }: { batch: DescribedBatch }) {
  const meaning = {
    active: 'its ratings are used',
    quarantined: 'its ratings are stored, but not used',
    undone: 'its ratings are deleted',
  }[status]
  return (
    <p class={`verdict${status === 'active' ? '' : ' alarm'}`}>
      {`It is ${status}: ${meaning}.`}
      {changedAt && (
        <>
          {' '}
          Since <Time at={changedAt} />
          {reason !== null && (
            <>
              {', because: '}
              <bdi>{reason}</bdi>
            </>
          )}
        </>
      )}
    </p>
  )
}

function Content({ batch }: { batch: DescribedBatch }) {
  const { counts, content, stored, receivedAt } = batch
  return (
    <Facts
      facts={[
        ['Source', <bdi>{nameOf(batch)}</bdi>],
        ['Received', <Time at={receivedAt} />],
        ...(counts
          ? [
              [
                'When imported',
                `${formatCount(counts.ratings)} ratings: ${formatCount(counts.inserted)} new, ${formatCount(counts.updated)} changed, ${formatCount(counts.unchanged)} unchanged`,
              ] as const,
            ]
          : []),
        [
          'Now',
          stored
            ? `${formatCount(stored.current)} are current, ${formatCount(stored.inHistory)} more are kept in the history`
            : unmeasured,
        ],
        ...(content === undefined || content.lowest === null
          ? []
          : ([
              ['Users', formatCount(content.users)],
              ['Items', formatCount(content.items)],
              ['Values', `from ${content.lowest} to ${content.highest}`],
            ] as const)),
        ...(content?.since && content.until
          ? [
              [
                'Rated',
                <>
                  from <Time at={content.since} /> to <Time at={content.until} />
                </>,
              ] as const,
            ]
          : []),
      ]}
    />
  )
}

function Actions({ batch: { id, status }, visitor }: { batch: DescribedBatch; visitor: Visitor }) {
  if (status === 'undone') return <p>An undone batch cannot be changed.</p>
  return (
    <>
      <h2>Change</h2>
      {status === 'active' ? (
        <ChangeForm action={`data/${id}/quarantine`} label="Quarantine the batch" visitor={visitor} />
      ) : (
        <ChangeForm
          action={`data/${id}/release`}
          label="Release the batch"
          visitor={visitor}
          withReason={false}
        />
      )}
      <ChangeForm action={`data/${id}/undo`} label="Undo the batch" visitor={visitor}>
        <label>
          <input type="checkbox" name="confirmed" value="yes" required /> Delete its ratings for good
        </label>
      </ChangeForm>
    </>
  )
}
