/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatVersionName, type VersionName } from '../../registry/version-name.ts'
import { Link } from '../link.tsx'
import { pathOf } from './version-path.ts'

/** The name of a version as a link to its page, on one line in a table, unlike links with `bdi` around a text of users. */
export function VersionLink({ model, version }: VersionName) {
  return <Link to={pathOf({ model, version })}>{formatVersionName({ model, version })}</Link>
}
