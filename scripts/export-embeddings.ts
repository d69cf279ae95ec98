// npm run export-embeddings
import { Command } from 'commander'
import { loadConfig } from '../src/config/config.ts'
import { openDatabase } from '../src/db/database.ts'
import { openRegistry } from '../src/registry/open-registry.ts'
import { formatVersionName } from '../src/registry/version-name.ts'
import { type Exported, exportEmbeddings } from './export-embeddings/export-embeddings.ts'
import { addBackendOptions, type BackendOptions, openBackend } from './terminal/backend-options.ts'

interface Options extends BackendOptions {
  readonly out?: string
  readonly postgres?: true
  readonly model?: string
  readonly json?: true
}

const program = addBackendOptions(new Command('npm run export-embeddings --'))
  .description('Writes the embeddings of all users and all items, as the champion of a model sees them now.')
  .option('--out <folder>', 'write Parquet files into this folder')
  .option('--postgres', 'write the tables user_embeddings and item_embeddings of the database')
  .option('--model <name>', 'the model (default: the champion that answers where none is named)')
  .option('--json', 'print one JSON document on stdout, and nothing else there')
  .addHelpText(
    'after',
    `
The folder gets <model>-<version>-users.parquet and …-items.parquet with the columns id, embedding and std: the
standard deviations of a model with a posterior such as mult-vae, else null. A file is there when it is whole.

In the tables the rows of the model are replaced, all or none. Embeddings are of the type vector where the server has
pgvector, else real[]. Who is erased is gone from them too.

--json prints { model, version, users, items, files }.

Exit codes: 0 exported, 1 it could not go on (the message says why), 130 interrupted.

Examples:
  npm run export-embeddings -- --out embeddings
  npm run export-embeddings -- --model i-autorec --postgres`,
  )
  .parse()

const options = program.opts<Options>()
const abort = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort())

try {
  if (options.out === undefined && options.postgres === undefined)
    throw new Error('Say where to: --out <folder>, --postgres, or both')
  const config = loadConfig()
  await openBackend(options)
  const database = await openDatabase(config, (line) => console.error(line))
  try {
    const registry = openRegistry(database, config)
    const exported = await exportEmbeddings({ ...options, database, registry, signal: abort.signal })
    console.log(options.json ? JSON.stringify(exported) : describe(exported))
  } finally {
    await database.close()
  }
} catch (error) {
  if (error instanceof TypeError) throw error
  console.error(abort.signal.aborted ? 'Interrupted; nothing half-done is left' : (error as Error).message)
  process.exitCode = abort.signal.aborted ? 130 : 1
}

function describe({ users, items, files, ...name }: Exported): string {
  const counts = `${formatVersionName(name)}: ${users.toLocaleString('en-US')} users, ${items.toLocaleString('en-US')} items`
  return [counts, ...files].join('\n')
}
