// npm run export-embeddings

import { openRegistry } from '../src/registry/postgres-registry.ts'
import { type ExportOptions, exportEmbeddings } from './export-embeddings/export-embeddings.ts'
import { formatExported } from './export-embeddings/format.ts'
import { addBackendOptions, type BackendOptions, openBackend } from './terminal/backend-options.ts'
import { UsageError } from './terminal/exit-codes.ts'
import { printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { withDatabase } from './terminal/with-database.ts'

interface Options extends BackendOptions, ExportOptions {
  readonly json?: true
}

const description = {
  description: 'Export the embeddings of all users and items, computed by the champion of a model.',
  notes: `
The folder gets <model>-<version>-users.parquet and …-items.parquet with the columns id, embedding and std: the standard
deviations of a model with a posterior, such as mult-vae, else null. A file appears only when it is complete.

In the tables, all rows of the model are replaced, or none after an error. Embeddings have the type vector if the server
has pgvector, else real[]. Erasing a user also deletes the user's rows there.

--json prints { model, version, users, items, files }.`,
  examples: `
npm run export-embeddings -- --out embeddings
npm run export-embeddings -- --model i-autorec --postgres`,
}

await runCommand(
  (signal) =>
    addBackendOptions(createCommand('export-embeddings', description))
      .option('--out <folder>', 'write Parquet files into this folder')
      .option('--postgres', 'write the tables user_embeddings and item_embeddings of the database')
      .option('--model <name>', 'the model (default: the default model of the service)')
      .option('--json', 'print one JSON document on stdout')
      .action(async ({ json, ...options }: Options) => {
        if (options.out === undefined && options.postgres === undefined)
          throw new UsageError('Give --out <folder>, --postgres, or both')
        await openBackend(options)
        const exported = await withDatabase((database, config) =>
          exportEmbeddings({
            ...options,
            database,
            registry: openRegistry(database, config),
            signal,
          }),
        )
        printResult(formatExported(exported), json)
      }),
  'Interrupted; no incomplete files or tables are left',
)
