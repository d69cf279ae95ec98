import type { Database, Sql } from '../db/database.ts'
import type { Metric } from './definition.ts'
import type { Experiment } from './experiment.ts'
import type { DaySums, ExposureFlow, OutcomeLog } from './outcome-log.ts'

export function createPostgresOutcomes({ sql }: Pick<Database, 'sql'>): OutcomeLog {
  return {
    flow: (experiment) => flow(sql, experiment),
    outcome: (experiment, metric) => outcome(sql, experiment, metric),
  }
}

async function flow(sql: Sql, experiment: Experiment): Promise<ExposureFlow> {
  const { name } = experiment.definition
  const [lists, users, [rest], [feedback]] = await Promise.all([
    sql<{ variant: string; lists: number }[]>`
      select variant, count(*)::int as lists from exposures
      where experiment = ${name} and not forced group by variant`,
    sql<ExposureFlow['users'][number][]>`
      with ${units(sql, name)}
      select variant, greatest(split - 1, 0)::int as split, count(*)::int as users
      from (
        select variant, (select count(*) from experiment_weights where experiment = ${name} and since <= first_at) as split
        from units
      ) as placed group by 1, 2 order by 2, 1`,
    sql<[{ moved: number; testerLists: number }]>`
      select
        (select count(*) from (
          select 1 from exposures where experiment = ${name} and not forced
          group by user_id having count(distinct variant) > 1
        ) as movers)::int as moved,
        (select count(*) from exposures where experiment = ${name} and forced)::int as "testerLists"`,
    sql<[ExposureFlow['feedback']]>`
      with ${matched(sql, experiment, sql`true`)}
      select
        count(*) filter (where in_time)::int as attributed,
        count(*) filter (where not in_time)::int as late,
        coalesce(sum(deliveries - 1), 0)::int as duplicates,
        (select count(*) from feedback as f
         where f.at >= ${experiment.startedAt} and f.at < coalesce(${experiment.stoppedAt}, now())
           and not exists (select from exposures as e where e.request_id = f.request_id)
           and not exists (select from exposures as e where f.request_id is null and e.user_id = f.user_id)
        )::int as unmatched
      from matched`,
  ])
  return {
    lists: Object.fromEntries(lists.map((row) => [row.variant, row.lists])),
    users: [...users],
    ...rest,
    feedback,
  }
}

async function outcome(sql: Sql, experiment: Experiment, metric: Metric): Promise<DaySums[]> {
  const { mode, name } = experiment.definition
  const kind = mode === 'interleaving' ? 'rate' : metric.kind
  const rows = await sql<DaySums[]>`
    with ${units(sql, name)},
    ${matched(sql, experiment, sql`f.type = ${metric.event}`)},
    daily as (${mode === 'interleaving' ? dailyPreferences(sql, experiment) : dailyFeedback(sql, experiment)}),
    before as (${beforeTheStart(sql, experiment, metric)}),
    growing as (
      select variant, history_size, daily.*,
        ${kind === 'rate' ? sql`sum(lists) over so_far` : sql`coalesce(activity, 0)`}::float8 as x,
        ${
          kind === 'conversion'
            ? sql`least(1, sum(events) over so_far)`
            : kind === 'value'
              ? sql`sum(amount) over so_far`
              : sql`sum(events) over so_far`
        }::float8 as y
      from units join daily using (user_id) left join before using (user_id)
      window so_far as (partition by user_id order by day)
    ),
    steps as (
      select *, lag(x, 1, 0) over days as x0, lag(y, 1, 0) over days as y0, row_number() over days = 1 as enters
      from growing window days as (partition by user_id order by day)
    )
    select variant, day,
      case when history_size = 0 then 'no ratings' when history_size < 20 then '1 to 19 ratings'
        when history_size < 100 then '20 to 99 ratings' else '100 ratings and more' end as segment,
      (count(*) filter (where enters))::int as size,
      sum(x - x0) as x, sum(x * x - x0 * x0) as xx,
      sum(y - y0) as y, sum(y * y - y0 * y0) as yy, sum(x * y - x0 * y0) as xy,
      count(*)::int as active, sum(y - y0) as "dayY", sum((y - y0) * (y - y0)) as "dayYY"
    from steps group by variant, day, segment order by day, variant, segment`
  return [...rows]
}

/** Each user once, with the first variant. */
function units(sql: Sql, name: string) {
  return sql`units as (
    select distinct on (user_id) user_id, variant, history_size, served_at as first_at
    from exposures where experiment = ${name} and not forced order by user_id, served_at, request_id
  )`
}

/**
 * Feedback with its list: the list of its request, else the last list served to the user before that contains the item.
 * An item that is not in the list is not attributed. Allows for one minute of clock difference.
 */
function matched(sql: Sql, { definition, stoppedAt }: Experiment, condition: ReturnType<Sql>) {
  const { name, attributionHours } = definition
  return sql`matched as (
    select *, at <= served_at + make_interval(secs => ${attributionHours * 3600}) as in_time from (
      select f.value, f.item_id, f.at, f.deliveries, e.user_id, e.request_id, e.served_at, e.items, e.teams
      from feedback as f
      join exposures as e on e.request_id = f.request_id
        and coalesce(f.user_id, '') in ('', e.user_id) and (f.item_id is null or f.item_id = any (e.items))
        and f.at >= e.served_at - interval '1 minute'
      where ${condition} and e.experiment = ${name} and not e.forced
      union all
      select f.value, f.item_id, f.at, f.deliveries, e.user_id, e.request_id, e.served_at, e.items, e.teams
      from feedback as f
      cross join lateral (
        select * from exposures as e
        where e.experiment = ${name} and not e.forced and e.user_id = f.user_id and e.served_at <= f.at
          and (f.item_id is null or f.item_id = any (e.items))
        order by e.served_at desc limit 1
      ) as e
      where ${condition} and f.request_id is null
    ) as belonging where at < coalesce(${stoppedAt}, now()) + interval '1 minute'
  )`
}

/** Lists and events by user and day. */
function dailyFeedback(sql: Sql, { definition, startedAt }: Experiment) {
  return sql`
    select user_id, day, sum(lists) as lists, sum(events) as events, sum(amount) as amount
    from (
      select user_id, ${dayOf(sql, startedAt, sql`served_at`)} as day, 1 as lists, 0 as events, 0 as amount
      from exposures where experiment = ${definition.name} and not forced
      union all
      select user_id, ${dayOf(sql, startedAt, sql`greatest(at, served_at)`)}, 0, 1, value from matched where in_time
    ) as entries group by user_id, day`
}

/** By user and day: lists that prefer a variant, and the net number that prefer the treatment. */
function dailyPreferences(sql: Sql, { startedAt }: Experiment) {
  return sql`
    select user_id, day, sum(abs(preference)) as lists, sum(preference) as events, 0 as amount
    from (
      select user_id, ${dayOf(sql, startedAt, sql`min(served_at)`)} as day,
        sign(sum(2 * teams[array_position(items, item_id::text)] - 1)) as preference
      from matched where in_time and item_id is not null and teams is not null group by user_id, request_id
    ) as lists group by user_id, day`
}

function dayOf(sql: Sql, startedAt: Date | null, time: ReturnType<Sql>) {
  return sql`greatest(0, floor(extract(epoch from ${time} - ${startedAt}::timestamptz) / 86400))::int`
}

/** Activity of users before the start: feedback of the type of the metric, and ratings. */
function beforeTheStart(sql: Sql, { definition, startedAt }: Experiment, metric: Metric) {
  const within = sql`>= ${startedAt}::timestamptz - make_interval(days => ${definition.preExperimentDays})`
  return sql`
    select user_id, count(*) as activity from (
      select user_id from feedback join units using (user_id)
      where type = ${metric.event} and at ${within} and at < ${startedAt}
      union all
      select user_id from ratings join units using (user_id) where rated_at ${within} and rated_at < ${startedAt}
    ) as acts group by user_id`
}
