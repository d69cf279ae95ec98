import { parquetWriteBuffer } from 'hyparquet-writer'
import type { Metric } from '../../src/evaluation/metric.ts'
import type { UserMetrics } from '../../src/evaluation/per-user-metrics.ts'
import { quoteCsv } from '../../src/pages/csv.ts'
import { writeAtomically } from '../../src/registry/write-atomically.ts'
import { UsageError } from '../terminal/exit-codes.ts'

/** @throws UsageError if the name of the file has no format */
export function requirePerUserFile(path: string): void {
  if (!/\.(csv|parquet)$/.test(path))
    throw new UsageError(`--per-user writes CSV or Parquet: ${path} must end in .csv or .parquet`)
}

/** Writes a table with the columns `user_id` and one for each metric; a value that does not exist is empty, or null. */
export async function writePerUser(
  path: string,
  users: readonly UserMetrics[],
  metrics: readonly Metric[],
): Promise<void> {
  const format = path.endsWith('.csv') ? formatCsv : formatParquet
  await writeAtomically(path, [format(users, metrics)])
}

function formatCsv(users: readonly UserMetrics[], metrics: readonly Metric[]): Uint8Array {
  const rows = users.map(({ userId, values }) => [
    quoteCsv(userId),
    ...metrics.map((name) => values[name] ?? ''),
  ])
  return Buffer.from(`${[['user_id', ...metrics], ...rows].map((row) => row.join()).join('\n')}\n`)
}

function formatParquet(users: readonly UserMetrics[], metrics: readonly Metric[]): Uint8Array {
  const columns = metrics.map((name) => ({
    name,
    data: users.map(({ values }) => values[name] ?? null),
    type: 'DOUBLE' as const,
    nullable: true,
  }))
  const ids = { name: 'user_id', data: users.map(({ userId }) => userId), type: 'STRING' as const }
  return new Uint8Array(parquetWriteBuffer({ columnData: [ids, ...columns] }))
}
