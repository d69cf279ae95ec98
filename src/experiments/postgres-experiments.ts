import type { Database, Sql, Transaction } from '../db/database.ts'
import { formatVersionName } from '../registry/version-name.ts'
import { conflictOf } from './assignment.ts'
import { type Definition, definitionSchema } from './definition.ts'
import {
  type Experiment,
  ExperimentConflictError,
  type Experiments,
  UnknownExperimentError,
  type WeightsSince,
} from './experiment.ts'

export function createPostgresExperiments({ sql }: Pick<Database, 'sql'>): Experiments {
  return {
    create: (definition) => create(sql, definition),
    find: (name) => find(sql, name),
    list: () => select(sql, sql`true order by created_at desc, name`),
    running: () => select(sql, sql`status = 'running' order by started_at, name`),
    start: (name) => serialized(sql, (transaction) => start(transaction, name)),
    stop: (name) => serialized(sql, (transaction) => stop(transaction, name)),
    reweigh: (name, weights) => serialized(sql, (transaction) => reweigh(transaction, name, weights)),
  }
}

type Connection = Sql | Transaction

interface Row extends Omit<Experiment, 'definition' | 'weights'> {
  readonly definition: unknown
  readonly weights: readonly { since: string; weights: WeightsSince['weights'] }[]
}

/** Serializes changes, so that two colliding experiments cannot both start. */
async function serialized<T>(sql: Sql, change: (transaction: Transaction) => Promise<T>): Promise<T> {
  const done = await sql.begin(async (transaction) => {
    await transaction`select pg_advisory_xact_lock(hashtext('palate experiments'))`
    return { value: await change(transaction) }
  })
  return (done as { value: T }).value
}

async function select(sql: Connection, condition: ReturnType<Sql>): Promise<Experiment[]> {
  const rows = await sql<Row[]>`
    select definition, status, created_at as "createdAt", started_at as "startedAt", stopped_at as "stoppedAt",
      coalesce((
        select json_agg(json_build_object('since', since, 'weights', weights) order by since)
        from experiment_weights where experiment = name
      ), '[]') as weights
    from experiments where ${condition}`
  return rows.map((row) => ({
    ...row,
    definition: definitionSchema.parse(row.definition),
    weights: row.weights.map(({ since, weights }) => ({ since: new Date(since), weights })),
  }))
}

async function find(sql: Connection, name: string): Promise<Experiment> {
  const [found] = await select(sql, sql`name = ${name}`)
  if (found === undefined) throw new UnknownExperimentError(`There is no experiment "${name}"`)
  return found
}

async function create(sql: Sql, definition: Definition): Promise<Experiment> {
  const created = await sql`
    insert into experiments (name, definition) values (${definition.name}, ${sql.json(definition as never)})
    on conflict do nothing returning 1`
  if (created.length === 0)
    throw new ExperimentConflictError(
      `The experiment "${definition.name}" already exists: choose another name`,
    )
  return find(sql, definition.name)
}

async function start(sql: Transaction, name: string): Promise<Experiment> {
  const experiment = await find(sql, name)
  if (experiment.status !== 'draft')
    throw new ExperimentConflictError(
      experiment.status === 'running'
        ? `"${name}" is already running`
        : `"${name}" was stopped: create a new experiment, which assigns its users anew`,
    )
  for (const { definition } of await select(sql, sql`status = 'running'`))
    requireNoConflict(experiment.definition, definition)
  await requireVersions(sql, experiment.definition)
  await sql`update experiments set status = 'running', started_at = now() where name = ${name}`
  await recordWeights(sql, experiment.definition)
  return find(sql, name)
}

/** @throws ExperimentConflictError if it cannot run beside the other one, which does */
function requireNoConflict(definition: Definition, running: Definition): void {
  const conflict = conflictOf(definition, running)
  if (conflict === 'layer')
    throw new ExperimentConflictError(
      `"${running.name}" is running in the same layer with overlapping users: change the segment or layer of "${definition.name}"`,
    )
  if (conflict === 'surface')
    throw new ExperimentConflictError(
      `"${running.name}" decides the same lists, those of ${surfaceOf(running)}, and a list has one variant: ` +
        `give "${definition.name}" another surface, or put both into one layer with segments that do not overlap`,
    )
}

function surfaceOf({ surface }: Definition): string {
  return surface === undefined ? 'requests that name no surface' : `the surface ${surface}`
}

async function stop(sql: Transaction, name: string): Promise<Experiment> {
  const { status } = await find(sql, name)
  if (status !== 'running') throw new ExperimentConflictError(`"${name}" is not running but ${status}`)
  await sql`update experiments set status = 'stopped', stopped_at = now() where name = ${name}`
  return find(sql, name)
}

async function reweigh(
  sql: Transaction,
  name: string,
  weights: Readonly<Record<string, number>>,
): Promise<Experiment> {
  const { definition, status } = await find(sql, name)
  const names = definition.variants.map((variant) => variant.name)
  if (status === 'stopped') throw new ExperimentConflictError(`"${name}" was stopped`)
  if ([...names].sort().join() !== Object.keys(weights).sort().join())
    throw new ExperimentConflictError(`A weight is needed for each of ${names.join(', ')}`)
  const checked = definitionSchema.safeParse({
    ...definition,
    variants: definition.variants.map((variant) => ({ ...variant, weight: weights[variant.name] })),
  })
  if (!checked.success)
    throw new ExperimentConflictError(`A weight cannot be used: ${checked.error.issues[0]!.message}`)
  const changed = checked.data
  await sql`update experiments set definition = ${sql.json(changed as never)} where name = ${name}`
  if (status === 'running') await recordWeights(sql, changed)
  return find(sql, name)
}

/** Without this check a variant that cannot be served would go unnoticed: its users get the default model. */
async function requireVersions(sql: Transaction, { name, variants }: Definition): Promise<void> {
  for (const { model, version } of variants) {
    if (version === undefined) continue
    const [found] = await sql`
      select 1 from model_versions where model = ${model} and version = ${version} and pruned_at is null`
    if (found === undefined)
      throw new ExperimentConflictError(
        `"${name}" uses ${formatVersionName({ model, version })}, whose weights are not available: npm run models lists the versions`,
      )
  }
}

async function recordWeights(sql: Transaction, { name, variants }: Definition): Promise<void> {
  const weights = Object.fromEntries(variants.map((variant) => [variant.name, variant.weight]))
  await sql`
    insert into experiment_weights (experiment, since, weights) values (${name}, now(), ${sql.json(weights)})`
}
