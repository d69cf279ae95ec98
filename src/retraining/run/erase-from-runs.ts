// Users who are erased while a run is in progress.
import { randomUUID } from 'node:crypto'
import type { Sql, Transaction } from '../../db/database.ts'
import { entryRows } from '../../interactions/csr/csr-matrix.ts'
import { filterEntries } from '../../interactions/csr/select.ts'
import { createIdMap } from '../../interactions/id-map.ts'
import type { Interactions } from '../../interactions/interactions.ts'
import { type ArtifactStore, ArtifactStoreError } from '../../registry/artifact-store.ts'
import { readMetadata } from '../../registry/read-safetensors.ts'
import { openSealed } from '../../registry/sealed-file.ts'
import type { RunFolder } from './run-folder.ts'

/**
 * Deletes the copies of the ratings of unfinished runs in which a user is. A run that is executing continues with the
 * ratings in its memory, and writes a copy without the user if its workers need one; without a copy it can no longer be
 * resumed.
 *
 * @returns the ids of the runs
 */
export async function eraseFromRuns(store: ArtifactStore, userId: string): Promise<string[]> {
  const changed: string[] = []
  for (const { key } of await store.list('retraining')) {
    const [, runId, name] = key.split('/')
    if (name !== 'ratings' || !(await usersIn(store, key)).includes(userId)) continue
    await store.remove(key)
    changed.push(runId!)
  }
  return changed
}

/** The users of a copy, from its header; none if there is no copy or its header is damaged. */
async function usersIn(store: ArtifactStore, key: string): Promise<readonly string[]> {
  const sealed = await openSealed(store, key)
  try {
    const metadata = sealed && (await readMetadata(sealed.content))
    return metadata?.users ? JSON.parse(metadata.users) : []
  } catch (error) {
    if (error instanceof ArtifactStoreError) throw error
    return []
  }
}

/** Those of some users who were erased since a time. */
export async function findErased(
  sql: Sql | Transaction,
  userIds: readonly string[],
  since: Date,
): Promise<ReadonlySet<string>> {
  const [recent] = await sql`select from erasures where erased_at >= ${since} limit 1`
  if (recent === undefined) return new Set()
  const rows = await sql<{ id: string }[]>`
    select id from unnest(${userIds as string[]}::text[]) id
    where palate_user_hash(id) in (select user_hash from erasures where erased_at >= ${since})`
  return new Set(rows.map(({ id }) => id))
}

/**
 * Saves a copy of the ratings without the users who were erased since a time. Rows and columns remain, so that weights
 * for single users in checkpoints still belong to them.
 */
export async function saveWithoutErased(
  folder: Pick<RunFolder, 'saveRatings'>,
  ratings: Interactions,
  sql: Sql,
  since: Date,
): Promise<void> {
  let left = ratings
  let erased = await findErased(sql, left.users.ids, since)
  do {
    left = withoutUsers(left, erased)
    await folder.saveRatings(left)
    // an erasure before the copy existed has not found it
    erased = await findErased(sql, left.users.ids, since)
  } while (erased.size > 0)
}

/** The users have no rating and another id. */
export function withoutUsers(
  { matrix, users, items, times }: Interactions,
  userIds: ReadonlySet<string>,
): Interactions {
  const isLeft = users.ids.map((id) => !userIds.has(id))
  const rows = entryRows(matrix)
  return {
    items,
    users: createIdMap(users.ids.map((id, user) => (isLeft[user] ? id : `erased ${randomUUID()}`))),
    matrix: filterEntries(matrix, (user) => isLeft[user]!),
    ...(times && { times: times.filter((_, n) => isLeft[rows[n]!]) }),
  }
}
