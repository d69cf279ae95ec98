// npm run build:client
import { writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { generateClientTypes } from './client/generate.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

const description = {
  description: 'Generate the types of the TypeScript client from the OpenAPI document of the service.',
  notes:
    'Run it after changing a route; a test fails otherwise. It needs no running service and no database.',
  examples: 'npm run build:client',
}

await runCommand(() =>
  createCommand('build:client', description).action(async () => {
    const file = join(import.meta.dirname, '../src/client/api.ts')
    await writeFile(file, await generateClientTypes())
    console.log(`Wrote ${relative(process.cwd(), file)}`)
  }),
)
