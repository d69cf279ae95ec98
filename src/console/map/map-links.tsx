/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { LiveChampions } from '../../recommender/live-champions.ts'
import { Link } from '../link.tsx'
import { modelsWith } from './map-query.ts'

interface MapLinksProps {
  /** Of the item or the user on the maps. */
  readonly query: { readonly item: string } | { readonly user: string }
  readonly champions: Pick<LiveChampions, 'list'>
}

/** Links to the maps of the models that serve requests; none where there is no map. */
export function MapLinks({ query, champions }: MapLinksProps) {
  const hasMap = (kind: 'items' | 'users') => modelsWith(kind, { champions }).length > 0
  const text = String(new URLSearchParams(query))
  const isUser = 'user' in query
  return (
    <>
      {hasMap('items') && (
        <p>
          <Link to={`map/items?${text}`}>{isUser ? 'Items on the map' : 'On the map'}</Link>
        </p>
      )}
      {isUser && hasMap('users') && (
        <p>
          <Link to={`map/users?${text}`}>On the map of users</Link>
        </p>
      )}
    </>
  )
}
