import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const home = mkdtempSync(join(tmpdir(), 'palate-home-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const urlOf = (path: string) => pathToFileURL(join(import.meta.dirname, '../../../src', path)).href

test.each([
  [
    'the main thread',
    `const { useBackend } = await import('${urlOf('compute/backend.ts')}')
    console.log((await useBackend('wasm')).device.description)`,
  ],
  [
    'a worker thread',
    `const { startInferenceThreads } = await import('${urlOf('recommender/inference/inference-threads.ts')}')
    const threads = await startInferenceThreads({ backend: 'wasm' })
    console.log(threads.backend.device.description)
    await threads.close()`,
  ],
])('ONNX Runtime in %s keeps no device id and collects no usage data', async (_where, code) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', code],
    { env: { ...process.env, HOME: home, XDG_CACHE_HOME: join(home, '.cache'), ORT_DISABLE_TELEMETRY: '0' } },
  )
  expect(stdout).toContain('ONNX Runtime')
  expect(existsSync(join(home, '.cache')) ? readdirSync(join(home, '.cache')) : []).toEqual([])
})
