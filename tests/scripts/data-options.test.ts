import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { addConfigFile } from '../../scripts/terminal/config-file.ts'
import { addDataOptions } from '../../scripts/terminal/data-options.ts'

const checkout = process.cwd()
const folder = await mkdtemp(join(tmpdir(), 'data-options-'))
beforeAll(() => process.chdir(folder))
afterEach(() => void vi.unstubAllEnvs())
afterAll(async () => {
  process.chdir(checkout)
  await rm(folder, { recursive: true })
})

async function thresholdWith(...args: string[]): Promise<unknown> {
  let threshold: unknown
  const command = addConfigFile(addDataOptions(new Command(), 'random-holdout'))
  await command
    .action(({ positiveThreshold }) => {
      threshold = positiveThreshold
    })
    .parseAsync(args, { from: 'user' })
  return threshold
}

test('the positive threshold is that of the command line, of palate.config.ts, or of the environment', async () => {
  expect(await thresholdWith()).toBeUndefined()
  vi.stubEnv('POSITIVE_THRESHOLD', '2')
  expect(await thresholdWith()).toBe(2)
  await writeFile('palate.config.ts', 'export default { positiveThreshold: 3 }')
  await writeFile('options.json', JSON.stringify({ 'positive-threshold': 4 }))
  expect(await thresholdWith()).toBe(3)
  expect(await thresholdWith('--config', 'options.json')).toBe(4)
  expect(await thresholdWith('--config', 'options.json', '--positive-threshold', '5')).toBe(5)
})
