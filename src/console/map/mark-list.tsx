/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { ItemLink } from '../items/item-link.tsx'
import { Table } from '../table.tsx'
import { UserLink } from '../users/user-link.tsx'
import type { Marks } from './marks.ts'
import type { Subject } from './subject.ts'

/** What is marked on the map, as a table. */
export function MarkList({
  subject: { userId, itemId, segment },
  marks: { marks, notes },
  titles,
}: {
  subject: Subject
  marks: Marks
  titles: ReadonlyMap<string, string>
}) {
  if (userId === undefined && itemId === undefined && segment === undefined) return null
  const items = marks.flatMap((mark) => (mark.itemId === undefined ? [] : [{ ...mark, itemId: mark.itemId }]))
  return (
    <>
      <h2>
        {userId === undefined ? (
          segment === undefined ? (
            'The item on the map'
          ) : (
            `Segment ${segment} on the map`
          )
        ) : (
          <>
            User <UserLink userId={userId} /> on the map
          </>
        )}
      </h2>
      {notes.map((note) => (
        <p class="note">{note}</p>
      ))}
      {items.length > 0 && (
        <div class="history">
          <Table
            head={['Item', 'Mark', 'Detail']}
            textColumns={3}
            rows={items.map(({ itemId, kind, detail }) => [
              <ItemLink itemId={itemId} title={titles.get(itemId)} />,
              kind,
              detail,
            ])}
          />
        </div>
      )}
    </>
  )
}
