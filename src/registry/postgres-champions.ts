// The champions and all changes of them.
import { asc, desc, eq, sql } from 'drizzle-orm'
import { championChanges, champions, modelVersions } from '../db/schema.ts'
import { type Drizzle, isVersion, lockRegistry, type Transaction } from './postgres-lock.ts'
import {
  type ChampionChange,
  ChampionChangedError,
  prunedError,
  type RecordedChange,
  type Registry,
  UnknownVersionError,
} from './registry.ts'
import { formatVersionName, type VersionName } from './version-name.ts'

export function createPostgresChampions(
  db: Drizzle,
): Pick<Registry, 'champions' | 'promote' | 'rollback' | 'changes' | 'makeDefault' | 'warn'> {
  return {
    champions: () => db.select().from(champions).orderBy(asc(champions.model)),
    promote: (name, change, replacing) =>
      db.transaction((transaction) => promote(transaction, name, change, replacing)),
    rollback: (model, change, replacing) =>
      db.transaction((transaction) => rollback(transaction, model, change, replacing)),
    changes: () => changes(db),
    makeDefault: (model, change, replacing) =>
      db.transaction((transaction) => makeDefault(transaction, model, change, replacing)),
    warn: async (warning) => {
      await db.update(champions).set({ warning }).where(eq(champions.isDefault, true))
    },
  }
}

/** The promotions that were not rolled back, in their order; of each model the champion is the last one. */
export function standingPromotions(oldestFirst: readonly RecordedChange[]): VersionName[] {
  const standing: VersionName[] = []
  for (const { model, kind, toVersion: version } of oldestFirst) {
    const undone = standing.findLastIndex((promotion) => promotion.model === model)
    if (kind === 'promotion') standing.push({ model, version })
    else if (kind === 'rollback' && undone >= 0) standing.splice(undone, 1)
  }
  return standing
}

async function changes(db: Drizzle | Transaction): Promise<RecordedChange[]> {
  const rows = await db.select().from(championChanges).orderBy(desc(championChanges.id))
  return rows.map(({ id: _, ...change }) => change)
}

async function promote(
  transaction: Transaction,
  name: VersionName,
  change: ChampionChange,
  replacing: number | null | undefined,
): Promise<void> {
  await lockRegistry(transaction)
  await requireWeights(transaction, name)
  const current = await championOf(transaction, name.model)
  if (current === name.version) return
  requireChampion(name.model, current, replacing)
  await makeChampion(transaction, name, change)
  await transaction
    .insert(championChanges)
    .values({ model: name.model, fromVersion: current, toVersion: name.version, ...change })
  if ((await defaultOf(transaction)) === null) await changeDefault(transaction, null, name, change)
}

async function rollback(
  transaction: Transaction,
  model: string,
  change: ChampionChange,
  replacing: number | undefined,
): Promise<VersionName> {
  await lockRegistry(transaction)
  requireChampion(model, await championOf(transaction, model), replacing)
  const standing = standingPromotions((await changes(transaction)).toReversed())
  const [previous, current] = standing.filter((promotion) => promotion.model === model).slice(-2)
  if (previous === undefined || current === undefined)
    throw new UnknownVersionError(`${model} had no champion before the current one`)
  await requireWeights(transaction, previous)
  await makeChampion(transaction, previous, change)
  await transaction.insert(championChanges).values({
    model,
    kind: 'rollback',
    fromVersion: current.version,
    toVersion: previous.version,
    ...change,
  })
  return previous
}

function requireChampion(model: string, current: number | null, expected: number | null | undefined): void {
  if (expected === undefined || expected === current) return
  const describe = (version: number | null) => (version === null ? 'none' : `version ${version}`)
  throw new ChampionChangedError(
    `The champion of ${model} is ${describe(current)} now, not ${describe(expected)} as before: it was changed in the meantime`,
  )
}

async function requireWeights(transaction: Transaction, name: VersionName): Promise<void> {
  const [found] = await transaction
    .select({ prunedAt: modelVersions.prunedAt })
    .from(modelVersions)
    .where(isVersion(name))
  if (found === undefined)
    throw new UnknownVersionError(`There is no version ${formatVersionName(name)} in the registry`)
  if (found.prunedAt !== null) throw prunedError(name, found.prunedAt)
}

async function championOf(transaction: Transaction, model: string): Promise<number | null> {
  const [champion] = await transaction.select().from(champions).where(eq(champions.model, model))
  return champion?.version ?? null
}

async function makeChampion(
  transaction: Transaction,
  { model, version }: VersionName,
  { by, reason }: ChampionChange,
): Promise<void> {
  const change = { version, promotedBy: by, reason }
  await transaction
    .insert(champions)
    .values({ ...change, model })
    .onConflictDoUpdate({ target: champions.model, set: { ...change, promotedAt: sql`now()` } })
}

async function makeDefault(
  transaction: Transaction,
  model: string,
  change: ChampionChange,
  replacing: string | null | undefined,
): Promise<void> {
  await lockRegistry(transaction)
  const version = await championOf(transaction, model)
  if (version === null) throw new UnknownVersionError(`${model} has no champion, so it cannot be the default`)
  const previous = await defaultOf(transaction)
  if (previous?.model === model) return
  if (replacing !== undefined && replacing !== (previous?.model ?? null))
    throw new ChampionChangedError(
      `The default is ${previous?.model ?? 'none'} now, not ${replacing ?? 'none'} as before: it was changed in the meantime`,
    )
  await changeDefault(transaction, previous, { model, version }, change)
}

async function defaultOf(transaction: Transaction): Promise<VersionName | null> {
  const [champion] = await transaction.select().from(champions).where(eq(champions.isDefault, true))
  return champion ?? null
}

async function changeDefault(
  transaction: Transaction,
  from: VersionName | null,
  to: VersionName,
  change: ChampionChange,
): Promise<void> {
  const isDefault = eq(champions.isDefault, true)
  await transaction.update(champions).set({ isDefault: false, warning: null }).where(isDefault)
  await transaction.update(champions).set({ isDefault: true }).where(eq(champions.model, to.model))
  await transaction.insert(championChanges).values({
    model: to.model,
    kind: 'default',
    fromModel: from?.model ?? null,
    fromVersion: from?.version ?? null,
    toVersion: to.version,
    ...change,
  })
}
