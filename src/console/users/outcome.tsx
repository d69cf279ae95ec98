/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { useContext } from 'hono/jsx'
import type { RatedItem } from '../../ratings/user-ratings.ts'
import type { Recommendations, ScoredItem } from '../../recommender/recommend.ts'
import { ItemLink } from '../items/item-link.tsx'
import { Link, Root } from '../link.tsx'
import { PartOnDemand } from '../part.tsx'
import type { ChampionList } from './champion-lists.ts'
import { ItemLists } from './item-lists.tsx'
import { formatAdded, isChanged, type WhatIf } from './what-if.ts'
import { whyPath } from './why-path.ts'

interface OutcomeProps {
  readonly userId: string
  readonly whatIf: WhatIf
  readonly lists: readonly ChampionList[]
  /** The lists of the stored history, to which those of a changed one are compared. */
  readonly storedLists: readonly ChampionList[]
  readonly titles: ReadonlyMap<string, string>
}

/** The lists of a history, and its changes. */
export function Outcome({ userId, whatIf, lists, storedLists, titles }: OutcomeProps) {
  return (
    <>
      {whatIf.refusal !== null && (
        <p class="verdict alarm refusal" role="alert">
          <bdi>{whatIf.refusal}</bdi>
        </p>
      )}
      {isChanged(whatIf) && <p data-status="">{formatChanges(whatIf)}</p>}
      {whatIf.added.length > 0 && <AddedItems added={whatIf.added} titles={titles} />}
      {lists.length === 0 && <p>No model serves requests: npm run train -- --model all trains models.</p>}
      <ItemLists
        lists={lists}
        itemsOf={({ items }) => items}
        titles={titles}
        note={formatNotes}
        remark={(item, position, list) => (
          <>
            {isChanged(whatIf) && <Move item={item} position={position} before={before(list)} />}
            {list.result?.basis === 'history' && (
              <Why userId={userId} model={list.model} itemId={item.itemId} isChanged={isChanged(whatIf)} />
            )}
          </>
        )}
      />
    </>
  )

  function before({ model }: ChampionList): readonly ScoredItem[] {
    return storedLists.find((list) => list.model === model)?.result?.items ?? []
  }
}

function formatChanges({ without, added }: WhatIf): string {
  const parts = [
    without.size > 0 ? `without ${without.size} ${without.size === 1 ? 'rating' : 'ratings'}` : '',
    added.length > 0 ? `with ${added.length} added ${added.length === 1 ? 'item' : 'items'}` : '',
  ]
  return `The lists ${parts.filter((part) => part !== '').join(' and ')}.`
}

/** Checked, so that the next request has them again. */
function AddedItems({ added, titles }: { added: readonly RatedItem[]; titles: ReadonlyMap<string, string> }) {
  return (
    <ul class="added">
      {added.map((rating) => (
        <li>
          <input
            type="checkbox"
            name="added"
            value={formatAdded(rating)}
            checked
            aria-label={`With the added rating of ${titles.get(rating.itemId) ?? rating.itemId}`}
          />{' '}
          <ItemLink itemId={rating.itemId} title={titles.get(rating.itemId)} /> {`rated ${rating.value}`}
        </li>
      ))}
    </ul>
  )
}

function formatNotes({ basis, ignored }: Recommendations) {
  return (
    <>
      {basis === 'popularity' && (
        <p class="note">The most popular items: the model cannot rank by this history.</p>
      )}
      {ignored.length > 0 && (
        <p class="note">{`The model was not trained on ${ignored.length} items of the history.`}</p>
      )}
    </>
  )
}

/** How an item moved, compared with the list of the stored history. */
function Move({
  item,
  position,
  before,
}: {
  item: ScoredItem
  position: number
  before: readonly ScoredItem[]
}) {
  const previous = before.findIndex(({ itemId }) => itemId === item.itemId)
  if (previous === position) return null
  return (
    <>
      {' '}
      <small class="move">{previous === -1 ? 'new' : `was ${previous + 1}`}</small>
    </>
  )
}

interface WhyProps {
  readonly userId: string
  readonly model: string
  readonly itemId: string
  /** Whether the history is changed, so that the form has to be sent along. */
  readonly isChanged: boolean
}

function Why(props: WhyProps) {
  return (
    <PartOnDemand summary="Why">
      <WhyControl {...props} label="What the ratings contribute" />
    </PartOnDemand>
  )
}

/** Leads to the contributions: a link, or a button of the form for a changed history. */
export function WhyControl({ userId, model, itemId, isChanged, label }: WhyProps & { label: string }) {
  const root = useContext(Root)
  if (!isChanged) return <Link to={whyPath(userId, model, itemId)}>{label}</Link>
  return (
    <button type="submit" formaction={`${root}users/why`} name="why" value={JSON.stringify([model, itemId])}>
      {label}
    </button>
  )
}
