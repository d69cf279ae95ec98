import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import type { ChaosResult } from '../../scripts/chaos/run-chaos.ts'
import { drawSchedule, type Fault } from '../../scripts/chaos/schedule.ts'
import { exitCodes } from '../../scripts/terminal/exit-codes.ts'
import { programOf } from '../programs.ts'

async function chaos(...args: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'palate-chaos-test-'))
  // as root the database server is another user
  await chmod(folder, 0o755)
  const child = spawn(process.execPath, [programOf('scripts/chaos.ts'), ...args], {
    env: { PATH: process.env.PATH, TMPDIR: folder },
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)]
  const ended = once(child, 'close').then(async ([code]) => ({
    code: code as number | null,
    stdout: await stdout,
    stderr: await stderr,
    left: (await readdir(folder)).filter((name) => name.startsWith('palate-')),
  }))
  return { child, ended }
}

test('the seed alone decides the faults, and each target has its own at a time', () => {
  const faults = drawSchedule(7, 600_000)
  expect(drawSchedule(7, 600_000)).toEqual(faults)
  expect(drawSchedule(8, 600_000)).not.toEqual(faults)
  expect(faults.length).toBeGreaterThan(100)
  const kinds = new Set(faults.map(({ kind, target }: Fault) => `${kind} ${target}`))
  expect(kinds.size).toBe(16)
  for (const [n, { at, duration, target }] of faults.entries())
    for (const other of faults.slice(n + 1))
      if (other.target === target) expect(other.at).toBeGreaterThanOrEqual(at + duration)
})

/** Its first half minute has faults of nine kinds, at every target. */
const seed = '100479'

test('nothing is lost or left', async () => {
  const { ended } = await chaos('--minutes', '0.45', '--seed', seed, '--json')
  const { code, stdout, stderr, left } = await ended
  expect(stdout, stderr).not.toBe('')
  const { violations, acknowledged, faults } = JSON.parse(stdout) as ChaosResult
  expect(violations).toEqual([])
  expect(code).toBe(exitCodes.done[0])
  expect(acknowledged.ratings).toBeGreaterThan(0)
  expect(Object.keys(faults).length).toBeGreaterThan(3)
  expect(left).toEqual([])
}, 400_000)

test('Ctrl-C stops and removes everything', async () => {
  const { child, ended } = await chaos('--minutes', '5', '--seed', '4')
  // a second signal would end it at once
  const interrupt = (piece: Buffer) => {
    if (!String(piece).includes('Chaos ')) return
    child.stderr.removeListener('data', interrupt)
    child.kill('SIGINT')
  }
  child.stderr.on('data', interrupt)
  expect(await ended).toMatchObject({ code: exitCodes.interrupted[0], stdout: '', left: [] })
}, 200_000)
