/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Link } from '../link.tsx'
import { userPath } from './user-path.ts'

/** The id of a user as a link to the user's page. */
export function UserLink({ userId }: { userId: string }) {
  return (
    <Link to={userPath(userId)}>
      <bdi>{userId}</bdi>
    </Link>
  )
}
