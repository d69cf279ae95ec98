/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Link } from '../link.tsx'
import { itemPath } from './item-path.ts'

/** The title of an item, or its id, as a link to its page. */
export function ItemLink({ itemId, title }: { itemId: string; title?: string | null | undefined }) {
  return (
    <Link to={itemPath(itemId)}>
      <bdi>{title ?? itemId}</bdi>
    </Link>
  )
}
