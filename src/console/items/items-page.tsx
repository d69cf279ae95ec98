/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { z } from 'zod'
import { storedIdSchema } from '../../ratings/id-schema.ts'
import { type FoundItem, type ItemPosition, positionOf } from '../../ratings/postgres-item-search.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { InvalidFormError } from '../form.ts'
import { Link } from '../link.tsx'
import { showPage } from '../page.tsx'
import { Table } from '../table.tsx'
import type { ConsoleContext } from '../visitor.ts'
import { Availability } from './availability.tsx'
import { ItemLink } from './item-link.tsx'

/** Finds items by their titles. */
export async function showItems(c: ConsoleContext, { findItems }: ConsoleDependencies) {
  const { q, after } = c.req.query()
  const text = searchText(q)
  const found = await findItems(text, after === undefined ? undefined : parsePosition(after), pageSize + 1)
  const shown = found.slice(0, pageSize)
  return showPage(
    c,
    { title: 'Items', section: 'items' },
    <>
      <form class="filter" method="get">
        <label for="q">Words of the title, or the id</label>
        <input id="q" name="q" type="search" value={text} autocomplete="off" />
        <button type="submit">Search</button>
      </form>
      {shown.length === 0 ? <NoItems text={text} /> : <Items items={shown} />}
      {found.length > pageSize && (
        <p>
          <Link to={`items?${nextPage(text, shown.at(-1)!)}`}>Next items</Link>
        </p>
      )}
    </>,
  )
}

const pageSize = 100

/** Options for a field in which an item is typed. */
export async function suggestItems(c: ConsoleContext, { findItems }: ConsoleDependencies) {
  const found = await findItems(searchText(c.req.query('q')), undefined, maxSuggestions)
  const options = found.map(({ id, title }) => String(<option value={id}>{title ?? id}</option>))
  return c.html(options.join(''))
}

const maxSuggestions = 8

/** PostgreSQL has no text with U+0000. */
function searchText(q: string | undefined): string {
  return (q ?? '').replaceAll('\0', '').trim().slice(0, maxTextLength)
}

const maxTextLength = 3000

function nextPage(text: string, last: FoundItem): URLSearchParams {
  return new URLSearchParams({ q: text, after: JSON.stringify(positionOf(last, text)) })
}

function parsePosition(text: string): ItemPosition {
  try {
    return z.tuple([z.int(), storedIdSchema]).parse(JSON.parse(text))
  } catch (cause) {
    throw new InvalidFormError('The address of the page is incomplete: search again.', { cause })
  }
}

function Items({ items }: { items: readonly FoundItem[] }) {
  return (
    <Table
      head={['Title', 'Id', 'Recommended']}
      textColumns={3}
      rows={items.map((item) => [
        <ItemLink itemId={item.id} title={item.title} />,
        <bdi>{item.id}</bdi>,
        <Availability item={item} now={new Date()} />,
      ])}
    />
  )
}

function NoItems({ text }: { text: string }) {
  if (text === '')
    return <p>There are no items yet: npm run import reads files of ratings, and of items with titles.</p>
  return (
    <p>
      No item has the id “<bdi>{text}</bdi>” or a title with words that start so.
    </p>
  )
}
