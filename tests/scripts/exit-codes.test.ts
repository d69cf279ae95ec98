import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exitCodeOfResult } from '../../scripts/retrain/retrain.ts'
import {
  type CommandName,
  codesOfCommands,
  exitCodeOfError,
  exitCodes,
  exitCodesOf,
  explainError,
} from '../../scripts/terminal/exit-codes.ts'
import { RatingsInputError } from '../../src/ratings/malformed-lines.ts'
import { sampleResult } from '../retraining/sample-result.ts'
import { runCommandHere } from '../run-command-here.ts'

const checkout = join(import.meta.dirname, '../..')
const [trained] = sampleResult.candidates as [(typeof sampleResult.candidates)[0]]
const untrained = { ...trained, version: null, gate: null, promoted: false, error: 'too large' }

describe('the exit code of a retraining', () => {
  test.each([
    ['done', 'promoted', [trained]],
    ['done', 'kept', [trained]],
    ['stopped', 'stopped', []],
    ['untrained', 'promoted', [trained, untrained]],
    ['untrained', 'kept', [untrained]],
  ] as const)('is %s for the outcome %s', (code, outcome, candidates) => {
    expect(exitCodeOfResult({ ...sampleResult, outcome, candidates })).toBe(code)
  })
})

test('an error is classified by its causes too', () => {
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' })
  const away = Object.assign(new Error('closed'), { code: 'CONNECTION_CLOSED' })
  const wrap = (cause: Error) => new Error('outer', { cause: new Error('inner', { cause }) })
  expect(exitCodeOfError(wrap(full))).toBe('storage')
  expect(exitCodeOfError(wrap(away))).toBe('database')
  expect(exitCodeOfError(wrap(new Error('unknown')))).toBe('failed')
  expect(exitCodeOfError('not an error')).toBe('failed')
})

test('a file of ratings that may not be read is an input error, not a full disk', () => {
  const cause = Object.assign(new Error('permission denied'), { code: 'EACCES' })
  const error = new RatingsInputError('ratings.csv cannot be read', { cause })
  expect(exitCodeOfError(error)).toBe('input')
  expect(explainError(error)).toBe('ratings.csv cannot be read')
})

test('a command that uses the database may find its disk full', () => {
  const commands = Object.keys(codesOfCommands) as CommandName[]
  const usesDatabase = (name: CommandName) => exitCodesOf(name).includes('database')
  expect(commands.filter((name) => usesDatabase(name) && !exitCodesOf(name).includes('storage'))).toEqual([])
  const full = Object.assign(new Error('could not extend file'), { code: '53100', name: 'PostgresError' })
  expect(exitCodeOfError(full)).toBe('storage')
})

test('a number means one thing', () => {
  const numbers = Object.values(exitCodes).map(([number]) => number)
  expect(new Set(numbers).size).toBe(numbers.length)
})

test('docs/operations.md has the table of the code', async () => {
  const page = await readFile(join(checkout, 'docs/operations.md'), 'utf8')
  const [table] = /\| exit code \| meaning \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(page)?.slice(1) ?? []
  const rows = Object.values(exitCodes).map(([code, meaning]) => `| ${code} | ${meaning} |\n`)
  expect(table).toBe(rows.join(''))
})

describe('npm run', async () => {
  const { scripts } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8'))
  const files = (await readdir(join(checkout, 'scripts'))).filter(
    (file) => file.endsWith('.ts') && file !== 'build-kernels.ts',
  )

  test.each(files)('%s builds its command from its name in package.json, with examples', async (file) => {
    const name = Object.keys(scripts).find((script) => scripts[script].endsWith(`scripts/${file}`))!
    const source = await readFile(join(checkout, 'scripts', file), 'utf8')
    expect(source).toContain(`createCommand('${name}', description)`)
    expect(source).toMatch(new RegExp(`examples:[^}]*npm run (--silent )?${name}`))
    expect(exitCodesOf(name as CommandName)).toContain('misused')
  })

  test('--help lists the exit codes and examples of the command', async () => {
    const { code, stdout } = await runCommandHere('keys', ['--help'], { env: {} })
    expect(code).toBe(0)
    for (const name of exitCodesOf('keys')) expect(stdout).toContain(exitCodes[name][1])
    expect(stdout).toContain('Examples:\n  npm run keys -- create')
  })

  test('an unknown option is a usage error', async () => {
    const { code, stdout } = await runCommandHere('keys', ['--nonsense'], { env: {} })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})
