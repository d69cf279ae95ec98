/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { UserHistory } from '../../ratings/user-histories.ts'
import { type Recommendations, recommend } from '../../recommender/recommend.ts'
import { defaultOptions } from '../../recommender/recommendation-options.ts'
import { formatVersionName, type VersionName } from '../../registry/version-name.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { isPartRequest, showPart } from '../part.tsx'
import { ItemLists } from '../users/item-lists.tsx'
import { UserLink } from '../users/user-link.tsx'
import type { ConsoleContext } from '../visitor.ts'
import { comparedIn } from './compared-versions.ts'

/** The lists of two versions for a few users, side by side. */
export async function showComparedLists(
  c: ConsoleContext,
  { champions, catalog, userHistories }: ConsoleDependencies,
) {
  const versions = comparedIn(c)
  const { signal } = c.req.raw
  const users: UserHistory[] = []
  for await (const page of userHistories(sampleSize)) users.push(...page)
  const lists: (readonly Recommendations[])[] = []
  for (const version of versions)
    lists.push(
      await champions.useVersion(
        version,
        (served) =>
          Promise.all(users.map(({ history }) => recommend(served, history, defaultOptions, { signal }))),
        signal,
      ),
    )
  const titles = await catalog.titles([
    ...new Set(
      lists.flatMap((ofVersion) => ofVersion.flatMap(({ items }) => items.map(({ itemId }) => itemId))),
    ),
  ])
  return showPart(
    c,
    { title: `Lists of ${versions.map(formatVersionName).join(' and ')}`, section: 'models' },
    <>
      {!isPartRequest(c) && <h2>Users</h2>}
      {users.length === 0 && <p>No user has ratings.</p>}
      {users.map(({ userId }, user) => (
        <ListsOfUser
          userId={userId}
          versions={versions}
          lists={lists.map((ofVersion) => ofVersion[user]!)}
          titles={titles}
        />
      ))}
    </>,
  )
}

const sampleSize = 5

interface ListsOfUserProps {
  readonly userId: string
  readonly versions: readonly VersionName[]
  /** One of each version. */
  readonly lists: readonly Recommendations[]
  readonly titles: ReadonlyMap<string, string>
}

function ListsOfUser({ userId, versions, lists, titles }: ListsOfUserProps) {
  const [a, b] = lists.map(({ items }) => items.map(({ itemId }) => itemId)) as [string[], string[]]
  const shared = a.filter((itemId) => b.includes(itemId)).length
  return (
    <section>
      <h3>
        <UserLink userId={userId} />
      </h3>
      <p class="note">{`${shared} of ${Math.max(a.length, b.length)} items are in both lists.`}</p>
      <ItemLists
        lists={versions.map((version, n) => ({
          ...version,
          isDefault: false,
          result: lists[n]!,
          failure: null,
        }))}
        itemsOf={({ items }) => items}
        titles={titles}
        note={({ basis }) => basis === 'popularity' && <p class="note">By popularity</p>}
      />
    </section>
  )
}
