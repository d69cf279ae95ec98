/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx'
import type { ScoredItem } from '../../recommender/recommend.ts'
import { ItemLink } from '../items/item-link.tsx'
import { VersionLink } from '../models/version-link.tsx'
import type { OfChampion } from './champion-lists.ts'

interface ItemListsProps<T> {
  readonly lists: readonly OfChampion<T>[]
  /** What to show of a result; null for a list that says only its `note`. */
  readonly itemsOf: (result: T) => readonly ScoredItem[]
  readonly titles: ReadonlyMap<string, string>
  /** Above the list. */
  readonly note?: (result: T) => Child
  /** After the title of an item. */
  readonly remark?: (item: ScoredItem, position: number, list: OfChampion<T>) => Child
}

/** The lists of several champions side by side, as far as the window allows. */
export function ItemLists<T>({ lists, itemsOf, titles, note, remark }: ItemListsProps<T>) {
  return (
    <div class="panels">
      {lists.map((list) => {
        const { model, version, isDefault, result, failure } = list
        return (
          <section class="list">
            <h3>
              <VersionLink model={model} version={version} /> {isDefault && <small>default</small>}
            </h3>
            {failure !== null && <p class="note">{failure}</p>}
            {result !== null && note?.(result)}
            <ol>
              {(result === null ? [] : itemsOf(result)).map((item, position) => (
                <li>
                  <ItemLink itemId={item.itemId} title={titles.get(item.itemId)} />
                  {remark?.(item, position, list)}
                </li>
              ))}
            </ol>
          </section>
        )
      })}
    </div>
  )
}
