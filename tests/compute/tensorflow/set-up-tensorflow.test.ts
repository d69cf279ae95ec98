import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { whyAddonFails } from '../../../src/compute/tensorflow/addon.ts'
import { buildAddon } from '../../../src/compute/tensorflow/build-addon.ts'
import { runCommand, TensorflowSetupError } from '../../../src/compute/tensorflow/run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'palate-addon-'))
const { signal } = new AbortController()
afterAll(() => rmSync(folder, { recursive: true }))

describe('setting up TensorFlow', () => {
  test('says that an addon is missing, and why a broken one does not load', async () => {
    expect(await whyAddonFails(join(folder, 'none.node'))).toContain('does not exist')
    const broken = join(folder, 'broken.node')
    writeFileSync(broken, 'not an addon')
    expect(await whyAddonFails(broken)).toMatch(/too short|invalid|not a/i)
  })

  test('gives the most telling line of a program that fails', async () => {
    const script = 'console.error("first\\nError: the cause\\n    at somewhere"); process.exit(3)'
    await expect(runCommand(process.execPath, ['-e', script], { signal })).rejects.toThrow(
      new TensorflowSetupError(`${process.execPath} failed: Error: the cause`),
    )
  })

  test('leaves nothing behind when it is interrupted', async () => {
    const cache = join(folder, 'cache')
    const abort = new AbortController()
    const building = buildAddon(folder, {
      variant: 'cpu',
      cache,
      report: () => abort.abort(),
      signal: abort.signal,
    })
    await expect(building).rejects.toThrow(/abort/i)
    expect(readdirSync(cache)).toEqual([])
  })
})
