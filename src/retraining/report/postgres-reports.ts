import { eq, sql } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { reports } from '../../db/retraining-schema.ts'
import type { RetrainingResult } from '../result.ts'
import { type Report, type Reports, UnknownReportError } from './reports.ts'

/** Reports in the table of `db`. A missing page, as after an erasure, is rendered again. */
export function createPostgresReports({ db }: Pick<Database, 'db'>): Reports {
  return {
    save: ({ result, html }) => save(db, { result, html }),
    find: (runId) => find(db, runId),
    eraseUser: (userId) => eraseUser(db, userId),
  }
}

type Drizzle = Database['db']

async function save(db: Drizzle, { result, html }: Report): Promise<void> {
  await db
    .insert(reports)
    .values({ runId: result.runId, result, html })
    .onConflictDoUpdate({ target: reports.runId, set: { result, html } })
}

async function find(db: Drizzle, runId: string): Promise<Report> {
  const [row] = await db.select().from(reports).where(eq(reports.runId, runId))
  if (row === undefined) throw new UnknownReportError(`There is no report of run ${runId}`)
  const result = row.result as RetrainingResult
  return { result, html: row.html ?? (await render(result)) }
}

/** Loads the plotting libraries, 25 MB in memory, when they are needed. */
async function render(result: RetrainingResult): Promise<string> {
  const { renderRetrainingReport } = await import('./report-page.ts')
  return renderRetrainingReport(result)
}

async function eraseUser(db: Drizzle, userId: string): Promise<number> {
  const shown = JSON.stringify({ examples: [{ userId }] })
  const changed = await db
    .update(reports)
    .set({
      result: sql`jsonb_set(${reports.result}, '{examples}', (
        select coalesce(jsonb_agg(example order by place), '[]')
        from jsonb_array_elements(${reports.result} -> 'examples') with ordinality as shown (example, place)
        where example ->> 'userId' <> ${userId}))`,
      html: null,
    })
    .where(sql`${reports.result} @> ${shown}::jsonb`)
    .returning({ runId: reports.runId })
  return changed.length
}
