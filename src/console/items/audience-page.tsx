/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCount, formatShare } from '../../pages/numbers.ts'
import { type ItemRanks, rankForUsers } from '../../recommender/item-ranks.ts'
import type { VersionName } from '../../registry/version-name.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Link } from '../link.tsx'
import { VersionLink } from '../models/version-link.tsx'
import { isPartRequest, showPart } from '../part.tsx'
import { Drawing, Table } from '../table.tsx'
import { UserLink } from '../users/user-link.tsx'
import { requireId } from '../users/user-path.ts'
import { whyPath } from '../users/why-path.ts'
import type { ConsoleContext } from '../visitor.ts'
import { ItemLink } from './item-link.tsx'
import { plotRanks } from './rank-plot.ts'

/** The ranks of an item in the lists of a sample of users, by a model. */
export async function showAudience(
  c: ConsoleContext,
  { champions, catalog, userHistories }: ConsoleDependencies,
) {
  const itemId = requireId(c.req.query('id'))
  const { version, ranks } = await champions.use(c.req.query('model') || undefined, async (served) => ({
    version: served.manifest,
    ranks: await rankForUsers(served, itemId, userHistories, sample, c.req.raw.signal),
  }))
  const title = (await catalog.titles([itemId])).get(itemId)
  return showPart(
    c,
    { title: `Ranks of ${title ?? itemId}`, section: 'items' },
    <>
      {!isPartRequest(c) && (
        <p>
          <ItemLink itemId={itemId} title={title} /> by{' '}
          <VersionLink model={version.model} version={version.version} />
        </p>
      )}
      {ranks.ranks.length === 0 ? (
        <p>
          It is in no list of the sample: all users have rated it, or the model cannot rank by their
          histories.
        </p>
      ) : (
        <Ranks ranks={ranks} itemId={itemId} version={version} />
      )}
      <Sample ranks={ranks} />
    </>,
  )
}

const sample = { users: 500, maxMs: 4000 }
const listed = 10

function Ranks({ ranks, itemId, version }: { ranks: ItemRanks; itemId: string; version: VersionName }) {
  const all = ranks.ranks.map(({ rank }) => rank)
  const topTen = all.filter((rank) => rank <= listed).length
  return (
    <>
      <p>
        {`In the first ${listed} of ${formatShare(topTen / all.length)} of the lists; the median rank is ${formatCount(medianOf(all))} of ${formatCount(ranks.items)} items.`}
      </p>
      <figure>
        <Drawing of={plotRanks(all)} />
        <figcaption>The rank of the item in the lists of the users.</figcaption>
      </figure>
      <Table
        caption="The best ranks"
        head={['User', 'Rank']}
        rows={ranks.ranks
          .slice(0, listed)
          .map(({ userId, rank }) => [
            <UserLink userId={userId} />,
            <Link to={whyPath(userId, version.model, itemId)}>{`${formatCount(rank)}, why`}</Link>,
          ])}
      />
    </>
  )
}

/** @param sorted ascending, not empty */
function medianOf(sorted: readonly number[]): number {
  return sorted[Math.floor((sorted.length - 1) / 2)]!
}

function Sample({ ranks: { ranks, raters, unranked, isPartial } }: { ranks: ItemRanks }) {
  return (
    <p class="note">
      {`The sample has ${formatCount(ranks.length + raters + unranked)} users, those with the lowest hashes of their ids: ${formatCount(ranks.length)} are shown, ${formatCount(raters)} have rated the item, and for ${formatCount(unranked)} the model ranks by popularity.`}
      {isPartial &&
        ` The time limit of ${sample.maxMs / 1000} s was reached before all ${sample.users} were read.`}
    </p>
  )
}
