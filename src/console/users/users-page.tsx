/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCount } from '../../pages/numbers.ts'
import { type FoundUser, maxCounted } from '../../ratings/postgres-user-search.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Link } from '../link.tsx'
import { showPage } from '../page.tsx'
import { Table } from '../table.tsx'
import type { ConsoleContext } from '../visitor.ts'
import { UserLink } from './user-link.tsx'
import { requireId, userPath } from './user-path.ts'

/** Finds users by the start of their ids. */
export async function showUsers(c: ConsoleContext, { findUsers }: ConsoleDependencies) {
  const { q = '', after } = c.req.query()
  const prefix = q === '' ? '' : requireId(q)
  const found = await findUsers(prefix, after === undefined ? undefined : requireId(after), pageSize + 1)
  const shown = found.slice(0, pageSize)
  return showPage(
    c,
    { title: 'Users', section: 'users' },
    <>
      <form class="filter" method="get">
        <label for="q">Id, or its beginning</label>
        <input id="q" name="q" type="search" value={prefix} autocomplete="off" />
        <button type="submit">Search</button>
      </form>
      {shown.length === 0 ? <NoUsers prefix={prefix} /> : <Users users={shown} />}
      {found.length > pageSize && (
        <p>
          <Link to={`users?${new URLSearchParams({ q: prefix, after: shown.at(-1)!.userId })}`}>
            Next users
          </Link>
        </p>
      )}
    </>,
  )
}

const pageSize = 100

function Users({ users }: { users: readonly FoundUser[] }) {
  return (
    <Table
      head={['User', 'Ratings']}
      rows={users.map(({ userId, ratings }) => [
        <UserLink userId={userId} />,
        ratings < maxCounted ? formatCount(ratings) : `${formatCount(maxCounted)} or more`,
      ])}
    />
  )
}

function NoUsers({ prefix }: { prefix: string }) {
  if (prefix === '') return <p>There are no users yet: npm run import reads files of ratings.</p>
  return (
    <p>
      No id of a user starts with “<bdi>{prefix}</bdi>”.{' '}
      <Link to={userPath(prefix)}>What an unknown user with this id gets</Link>
    </p>
  )
}
