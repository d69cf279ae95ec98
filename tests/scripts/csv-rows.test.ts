import { expect, test } from 'vitest'
import { experimentColumns, metricRows, rowsOf } from '../../scripts/experiment/rows.ts'
import { formatBatches } from '../../scripts/imports/format.ts'
import type { Result } from '../../scripts/terminal/print-result.ts'
import type { Experiment } from '../../src/experiments/experiment.ts'
import type { ExperimentReport } from '../../src/experiments/report.ts'
import { formatCsv } from '../../src/pages/csv.ts'
import type { Batch } from '../../src/ratings/batches.ts'
import { sampleDefinition } from '../experiments/sample-definition.ts'

/** The columns of an empty list are some of those of a list. */
function expectColumns({ rows, columns }: Pick<Result, 'rows' | 'columns'>): void {
  expect(formatCsv(rows!).split('\r\n')[0]!.split(',')).toEqual(expect.arrayContaining([...columns!]))
}

const at = new Date('2026-01-02T03:04:05Z')

test('batches are rows', () => {
  const batch: Batch = {
    ...{
      id: 2,
      source: 'a,b.csv',
      day: null,
      status: 'active',
      reason: null,
      receivedAt: at,
      changedAt: null,
    },
    counts: { ratings: 5, inserted: 4, updated: 1, unchanged: 0 },
    ...{ current: 5, inHistory: 1 },
  }
  const posted: Batch = { ...batch, id: 3, source: 'http', day: '2026-01-02', counts: null }
  expectColumns(formatBatches([batch]))
  expect(formatCsv(formatBatches([batch, posted]).rows!).split('\r\n')).toEqual([
    'id,source,day,status,reason,receivedAt,changedAt,counts.ratings,counts.inserted,counts.updated,counts.unchanged,current,inHistory,counts',
    '2,"a,b.csv",,active,,2026-01-02T03:04:05.000Z,,5,4,1,0,5,1,',
    '3,http,2026-01-02,active,,2026-01-02T03:04:05.000Z,,,,,,5,1,',
    '',
  ])
})

test('experiments are rows, and so are the variants of a report by metric', () => {
  const definition = sampleDefinition({ name: 'first' })
  const experiment: Experiment = {
    ...{ definition, status: 'running', createdAt: at, startedAt: at, stoppedAt: null, weights: [] },
  }
  expectColumns({ rows: rowsOf([experiment]), columns: experimentColumns })
  expect(rowsOf([experiment])).toMatchObject([
    { name: 'first', status: 'running', models: definition.variants.map(({ model }) => model) },
  ])
  const outcome = { users: 10, value: 0.5, standardError: 0.1 }
  const report = {
    metrics: [
      {
        metric: definition.primaryMetric,
        role: 'primary',
        variants: [
          { variant: 'control', ...outcome },
          { variant: 'treatment', ...outcome },
        ],
        treatments: [
          {
            variant: 'treatment',
            comparison: { lift: 0.1, sequential: { low: -0.1, high: 0.3 } },
            adjustedPValue: 0.2,
          },
        ],
      },
    ],
  } as unknown as ExperimentReport
  const { name } = definition.primaryMetric
  expect(formatCsv(metricRows(report))).toBe(
    'metric,role,variant,users,value,standardError,lift,low,high,adjustedPValue\r\n' +
      `${name},primary,control,10,0.5,0.1,,,,\r\n${name},primary,treatment,10,0.5,0.1,0.1,-0.1,0.3,0.2\r\n`,
  )
})
