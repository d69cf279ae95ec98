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
Run it after changing a route; a test fails if it was forgotten. It needs no running service and no database.

Exit codes: 0 written, 1 failed (see the message on stderr).

Examples:
  npm run build:client`,
  )
  .parse()

const file = join(import.meta.dirname, '../src/client/api.ts')
await writeFile(file, await generateClientTypes())
console.log(`Wrote ${relative(process.cwd(), file)}`)
