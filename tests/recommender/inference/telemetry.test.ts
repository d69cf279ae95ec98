import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { programOf } from '../../programs.ts'

const home = mkdtempSync(join(tmpdir(), 'palate-home-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

test.each(['main', 'worker'])(
  'ONNX Runtime in a %s thread keeps no device id and collects no usage data',
  async (thread) => {
    const program = programOf('tests/recommender/inference/start-onnx-runtime.ts')
    const env = {
      ...process.env,
      HOME: home,
      XDG_CACHE_HOME: join(home, '.cache'),
      ORT_DISABLE_TELEMETRY: '0',
    }
    const { stdout } = await promisify(execFile)(process.execPath, [program, thread], { env })
    expect(stdout).toContain('ONNX Runtime')
    expect(existsSync(join(home, '.cache')) ? readdirSync(join(home, '.cache')) : []).toEqual([])
  },
)
