import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exitCodeOfError, exitCodeOfResult, exitCodes } from '../../src/retraining/exit-code.ts'
import { sampleResult } from './sample-result.ts'

const [trained] = sampleResult.candidates as [(typeof sampleResult.candidates)[0]]
const untrained = { ...trained, version: null, gate: null, promoted: false, error: 'too large' }

describe('how a run that came to its end ends the process', () => {
  test.each([
    ['done', 'promoted', [trained]],
    ['done', 'kept', [trained]],
    ['stopped', 'stopped', []],
    ['untrained', 'promoted', [trained, untrained]],
    ['untrained', 'kept', [untrained]],
  ] as const)('%s after one that %s', (code, outcome, candidates) => {
    expect(exitCodeOfResult({ ...sampleResult, outcome, candidates })).toBe(code)
  })
})

test('an error is known by what it wraps, however deep', () => {
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' })
  const away = Object.assign(new Error('closed'), { code: 'CONNECTION_CLOSED' })
  const wrap = (cause: Error) => new Error('outer', { cause: new Error('inner', { cause }) })
  expect(exitCodeOfError(wrap(full))).toBe('storage')
  expect(exitCodeOfError(wrap(away))).toBe('database')
  expect(exitCodeOfError(wrap(new Error('nothing known')))).toBe('failed')
  expect(exitCodeOfError('no error at all')).toBe('failed')
})

test('docs/operations.md has the table that the code has', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/operations.md'), 'utf8')
  const [table] = /\| exit code \| meaning \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(page)?.slice(1) ?? []
  const rows = Object.values(exitCodes).map(([code, ...said]) => `| ${code} | ${said.join('; ')} |\n`)
  expect(table).toBe(rows.join(''))
})
