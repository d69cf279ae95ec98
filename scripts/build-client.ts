// npm run build:client
import { writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { Command } from 'commander'
import { generateClientTypes } from './client/generate.ts'

new Command('npm run build:client --')
  .description('Writes the types of the TypeScript client from the OpenAPI document of the service.')
  .addHelpText(
    'after',
    `
To be run after a route has changed; the tests say when it was forgotten. No service and no database need run.

Exit codes: 0 written, 1 the document cannot be made into types (the message says why).

Examples:
  npm run build:client`,
  )
  .parse()

const file = join(import.meta.dirname, '../src/client/api.ts')
await writeFile(file, await generateClientTypes())
console.log(`Wrote ${relative(process.cwd(), file)}`)
