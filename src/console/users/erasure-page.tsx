/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { z } from 'zod'
import { formatCount } from '../../pages/numbers.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Facts } from '../facts.tsx'
import { readForm } from '../form.ts'
import { VersionLink } from '../models/version-link.tsx'
import { showPage } from '../page.tsx'
import { Table } from '../table.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext } from '../visitor.ts'
import type { ErasureReceipt } from './erasure-receipt.ts'
import { requireId } from './user-path.ts'

/** Erases a user and shows the receipt. */
export async function eraseUser(c: ConsoleContext, { eraseUser }: ConsoleDependencies) {
  const { id } = await readForm(c, {
    id: z.string(),
    confirmed: z.literal('yes', 'check the box: an erasure cannot be undone'),
  })
  const receipt = await eraseUser(requireId(id))
  return showPage(
    c,
    { title: `Erasure of user ${receipt.userId}`, section: 'users' },
    <>
      <p class="verdict">
        The user is erased. <Time at={new Date(receipt.erasedAt)} />. Keep this receipt: it is not stored.
      </p>
      <Erased receipt={receipt} />
      <h2>Versions trained on the ratings</h2>
      <TrainedVersions receipt={receipt} />
      <Trainings trainings={receipt.trainingsInProgress} />
      <details>
        <summary>The receipt as JSON</summary>
        <pre tabindex={0}>{JSON.stringify(receipt, null, 2)}</pre>
      </details>
    </>,
  )
}

function Erased({ receipt }: { receipt: ErasureReceipt }) {
  const counts: readonly (readonly [string, number])[] = [
    ['Ratings', receipt.erasedRatings],
    ['Retractions', receipt.erasedRetractions],
    ['Served lists', receipt.erasedExposures],
    ['Feedback', receipt.erasedFeedback],
    ['As a tester', receipt.experimentsTested],
    ['In reports', receipt.changedReports],
    ['Copies in runs', receipt.runsWithoutRatings.length],
  ]
  return <Facts facts={counts.map(([name, count]) => [name, formatCount(count)])} />
}

function TrainedVersions({ receipt: { trainedVersions, unknownVersions } }: { receipt: ErasureReceipt }) {
  return (
    <>
      {trainedVersions.length === 0 ? (
        <p>No version was trained on ratings of this user.</p>
      ) : (
        <>
          <p>Their weights keep what was learned until the models are retrained.</p>
          <Table
            head={['Version', 'Learned from', 'Serves requests']}
            textColumns={3}
            rows={trainedVersions.map(({ model, version, through, isChampion }) => [
              <VersionLink model={model} version={version} />,
              through === 'ratings' ? 'the ratings' : 'the version that it started from',
              isChampion ? 'yes' : 'no',
            ])}
          />
        </>
      )}
      {unknownVersions.length > 0 && (
        <p>
          There is no record of the users that these were trained on:{' '}
          {unknownVersions.map((version, n) => (
            <>
              {n > 0 && ', '}
              <VersionLink {...version} />
            </>
          ))}
          .
        </p>
      )}
    </>
  )
}

function Trainings({ trainings }: { trainings: ErasureReceipt['trainingsInProgress'] }) {
  if (trainings.length === 0) return null
  return (
    <>
      <h2>Trainings in progress</h2>
      <p>They may have read the ratings before. Erase the user again when they have ended.</p>
      <Table
        head={['Model', 'Started']}
        textColumns={2}
        rows={trainings.map(({ model, startedAt }) => [model, <Time at={new Date(startedAt)} />])}
      />
    </>
  )
}
