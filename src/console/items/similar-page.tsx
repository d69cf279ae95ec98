/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatFixed } from '../../pages/numbers.ts'
import { similarItems } from '../../recommender/latent-space.ts'
import { defaultOptions } from '../../recommender/recommendation-options.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { showPart } from '../part.tsx'
import { queryChampions } from '../users/champion-lists.ts'
import { ItemLists } from '../users/item-lists.tsx'
import { requireId } from '../users/user-path.ts'
import type { ConsoleContext } from '../visitor.ts'
import { ItemLink } from './item-link.tsx'

/** The most similar items by all champions that have item vectors. */
export async function showSimilarItems(c: ConsoleContext, { champions, catalog }: ConsoleDependencies) {
  const itemId = requireId(c.req.query('id'))
  const all = await queryChampions(champions, async (served) => {
    if (served.inference.capabilities.itemVectorSize === null) return 'without vectors'
    if (served.items.indexOf(itemId) === undefined) return []
    return similarItems(served, itemId, count, defaultOptions, { signal: c.req.raw.signal })
  })
  const lists = all.flatMap((list) =>
    list.result === 'without vectors' ? [] : [{ ...list, result: list.result }],
  )
  const items = lists.flatMap(({ result }) => result ?? [])
  const titles = await catalog.titles([itemId, ...new Set(items.map((item) => item.itemId))])
  return showPart(
    c,
    { title: `Items similar to ${titles.get(itemId) ?? itemId}`, section: 'items' },
    lists.length === 0 ? (
      <p>No model with item vectors serves requests.</p>
    ) : (
      <>
        <ItemLists
          lists={lists}
          itemsOf={(result) => result}
          titles={titles}
          note={(result) => result.length === 0 && <p class="note">The model does not know the item.</p>}
          remark={({ score }) => <small>{` ${formatFixed(score, 2)}`}</small>}
        />
        <p class="note">
          The cosines of the vectors with that of <ItemLink itemId={itemId} title={titles.get(itemId)} />,
          each minus the mean of all items.
        </p>
      </>
    ),
  )
}

const count = 10
