// The training users of each version, as hashes: they show whether a given user was among them, and name no users.
import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { trainingUsers, versionTrainingSets } from '../db/erasure-schema.ts'
import type { TracedVersions } from './registry.ts'
import { formatVersionName, type VersionName } from './version-name.ts'

type Drizzle = Database['db']
type Transaction = Parameters<Parameters<Drizzle['transaction']>[0]>[0]

const hashLength = 16
const userBatchSize = 10_000

/** Stores a set of training users, equal sets only once, and returns its name. */
export async function keepTrainingUsers(db: Drizzle, userIds: readonly string[]): Promise<string> {
  const name = createHash('sha256')
  const parts = new Map<number, Buffer[]>()
  for (let start = 0; start < userIds.length; start += userBatchSize) {
    const [hashed] = await db.execute<{ hashes: Buffer }>(sql`
      select string_agg(palate_user_hash(id), '' order by position) as hashes
      from unnest(${sql.param(userIds.slice(start, start + userBatchSize))}::text[]) with ordinality as users (id, position)`)
    name.update(hashed!.hashes)
    sortByFirstByte(hashed!.hashes, parts)
  }
  const trainingSet = name.digest('hex')
  const rows = [...parts].map(([firstByte, hashes]) => ({
    trainingSet,
    firstByte,
    hashes: Buffer.concat(hashes),
  }))
  if (rows.length > 0) await db.insert(trainingUsers).values(rows).onConflictDoNothing()
  return trainingSet
}

function sortByFirstByte(hashes: Buffer, parts: Map<number, Buffer[]>): void {
  for (let start = 0; start < hashes.length; start += hashLength) {
    const hash = hashes.subarray(start, start + hashLength)
    const part = parts.get(hash[0]!)
    if (part === undefined) parts.set(hash[0]!, [hash])
    else part.push(hash)
  }
}

/** Records that a version was trained on the users of a set. */
export async function linkTrainingUsers(
  transaction: Transaction,
  { model, version }: VersionName,
  trainingSet: string,
): Promise<void> {
  await transaction.insert(versionTrainingSets).values({ model, version, trainingSet }).onConflictDoNothing()
}

/** Whether the training data of a version contained a user; null if its users are not recorded. */
interface Sighting extends VersionName {
  readonly parentVersion: number | null
  readonly saw: boolean | null
}

/** @see Registry.trace */
export async function traceUser(db: Drizzle, userId: string): Promise<TracedVersions> {
  const hash = sql`palate_user_hash(${userId})`
  const sightings = await db.execute<Sighting & Record<string, unknown>>(sql`
    select versions.model, versions.version, parent_version as "parentVersion",
      case when linked.training_set is not null
        then coalesce(position(${hash} in hashes) % ${hashLength} = 1, false)
      end as saw
    from model_versions as versions
    left join version_training_sets as linked using (model, version)
    left join training_users as users
      on users.training_set = linked.training_set and first_byte = get_byte(${hash}, 0)
    order by model, version desc`)
  return followParents(sightings)
}

/** A version that started from the weights of another may contain what that one learned from the user. */
function followParents(sightings: readonly Sighting[]): TracedVersions {
  const byName = new Map(sightings.map((sighting) => [formatVersionName(sighting), sighting]))
  const carries = ({ model, parentVersion, saw }: Sighting): boolean | null => {
    const parent =
      parentVersion === null ? undefined : byName.get(formatVersionName({ model, version: parentVersion }))
    const inherited = parent === undefined ? false : carries(parent)
    return saw || inherited || (saw === null || inherited === null ? null : false)
  }
  const traced = sightings.map((sighting) => ({ ...sighting, carried: carries(sighting) }))
  const named = ({ model, version }: VersionName) => ({ model, version })
  return {
    learned: traced
      .filter(({ carried }) => carried)
      .map((version) => ({ ...named(version), through: version.saw ? 'ratings' : 'parent' })),
    unknown: traced.filter(({ carried }) => carried === null).map(named),
  }
}
