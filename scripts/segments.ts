// npm run segments
import { InvalidArgumentError } from 'commander'
import { openRegistry } from '../src/registry/postgres-registry.ts'
import { maxSegments } from '../src/segments/cluster.ts'
import { formatSegments } from './segments/format.ts'
import { findSegments, type SegmentsOptions } from './segments/segments.ts'
import { addBackendOptions, type BackendOptions, openBackend } from './terminal/backend-options.ts'
import { parseOutputFile, parseSeed } from './terminal/option-values.ts'
import { csvOption, printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { withDatabase } from './terminal/with-database.ts'

interface Options extends BackendOptions, SegmentsOptions {
  readonly json?: true
  readonly csv?: true
}

const description = {
  description:
    'Cluster the users by their embeddings, computed by the champion of a model, and store the segments.',
  notes: `
The segments replace those of the same version. The name of a segment consists of
the attribute values, or else the items, that its users have more often than all other users.

--csv prints a line for each segment, --users writes the segment of each user. --json prints { model, version, seed,
users, silhouette, stability, segments, usersWithoutSegment }.`,
  examples: `
npm run segments -- --model mult-vae
npm run segments -- --model mult-vae --k 6 --users segments.csv`,
}

await runCommand((signal) =>
  addBackendOptions(createCommand('segments', description))
    .option(
      '--model <name>',
      'a model with embeddings, or a version such as mult-vae@3 (default: the default model)',
    )
    .option(
      '--k <number>',
      `number of segments, or auto for the best of 2 to ${maxSegments}`,
      parseSegments,
      'auto' as const,
    )
    .option('--seed <number>', 'seed of the clustering', parseSeed, 1)
    .option('--users <file>', 'write the segment of each user into this CSV file', parseOutputFile)
    .option('--json', 'print one JSON document on stdout')
    .addOption(csvOption())
    .action(async ({ json, csv, ...options }: Options) => {
      await openBackend(options)
      const found = await withDatabase((database, config) =>
        findSegments({ ...options, database, registry: openRegistry(database, config), signal }),
      )
      printResult(formatSegments(found), json, csv)
    }),
)

function parseSegments(text: string): number | 'auto' {
  if (text === 'auto') return text
  const k = Number(text)
  if (/^\d{1,3}$/.test(text) && k >= 2 && k <= 100) return k
  throw new InvalidArgumentError('It must be auto, or a whole number from 2 to 100.')
}
