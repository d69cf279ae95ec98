// The scripts as cron would run them: every exit code of the table, with what is said.
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type ExitCode, exitCodes, exitCodesOf } from '../../scripts/terminal/exit-codes.ts'
import { acquireRunLock } from '../../src/retraining/run/run-lock.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { runCommandHere } from '../run-command-here.ts'
import { runScript, type ScriptSetting } from './run-script.ts'
import { smallConfig as weeklyConfig } from './small-config.ts'
import { receive } from './webhook-receiver.ts'
import { insertRatings, weekOfRatings } from './weekly-world.ts'

// a candidate is promoted itself: one version per run
const smallConfig = { ...weeklyConfig, refit: false }

const database = await createTestDatabase()
const home = await mkdtemp(join(tmpdir(), 'exit-codes-'))
afterAll(() => rm(home, { recursive: true }))
const reached = new Set<number>()
// each test starts several processes, on whatever machine
vi.setConfig({ testTimeout: 240_000 })

beforeAll(async () => {
  for (const week of [1, 2, 3]) await insertRatings(database.sql, weekOfRatings(week))
  await writeConfig('small', smallConfig)
})

async function writeConfig(name: string, config: object): Promise<string> {
  const path = join(home, `${name}.mjs`)
  await writeFile(path, `export default ${JSON.stringify(config)}`)
  return path
}

const common = { PALATE_HOME: home, PALATE_BACKEND: 'wasm', DATABASE_URL: database.url }

/** A process of its own. */
async function start(script: string, args: readonly string[], setting: Partial<ScriptSetting> = {}) {
  const ended = await runScript(script, args, { ...setting, env: common })
  if (ended.code !== null) reached.add(ended.code)
  return ended
}

async function run(script: string, args: readonly string[], env?: Readonly<Record<string, string>>) {
  const ended = await runCommandHere(script, args, { env: { ...common, ...env } })
  reached.add(ended.code)
  return ended
}

const small = ['--config', join(home, 'small.mjs'), '--json']
const retrain = (args: readonly string[] = []) => run('retrain', [...small, ...args])
const lastLine = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1)!)
const code = (name: ExitCode) => exitCodes[name][0]

test('a dry run says what would be done and does nothing', async () => {
  const path = join(home, 'small.ts')
  await writeFile(path, `const config: object = ${JSON.stringify(smallConfig)}\nexport default config`)
  const { code: ended, stdout } = await start('retrain', ['--config', path, '--dry-run'], {
    loadsTypeScript: true,
  })
  expect(ended).toBe(code('done'))
  expect(stdout).toContain('Would train mult-vae from random weights')
  expect(await database.sql`select 1 from retraining_runs`).toEqual([])
})

test('an option that cannot be read is said', async () => {
  const { code: ended, stderr } = await run('retrain', ['--until', 'someday'])
  expect(ended).toBe(code('misused'))
  expect(stderr).toContain('someday')
})

test('a backend that is not there is said', async () => {
  const { code: ended, stderr } = await retrain(['--require-gpu'])
  expect(ended).toBe(code('failed'))
  expect(stderr).toContain('is no GPU')
})

describe('a reason that prevents a run is reported, to the webhook too: ', () => {
  const wrong = { variants: [{ model: 'mult-vea' }], margin: 2, split: { days: -1 }, nonsense: true }
  const otherRun = crypto.randomUUID()
  test.each<[string, ExitCode, string[], { env?: Record<string, string>; config?: object }]>([
    ['the environment', 'misused', ['DATABASE_URL must look like'], { env: { DATABASE_URL: 'nonsense' } }],
    [
      'the configuration, with all its errors',
      'misused',
      ['variants.0.model', 'margin', 'split.days', 'nonsense'],
      { config: wrong },
    ],
    [
      'a database that cannot be reached',
      'database',
      ['No server accepts connections at 127.0.0.1:1'],
      { env: { DATABASE_URL: 'postgres://127.0.0.1:1/none' } },
    ],
    ['another run', 'running', [otherRun], {}],
  ])('%s', async (_, expected, problems, { env, config = smallConfig }) => {
    const lock = await acquireRunLock(database.sql, otherRun)
    const { received, url } = await receive(204)
    const [path, textfile] = [await writeConfig(crypto.randomUUID(), config), join(home, 'palate.prom')]
    const { code: ended, stderr } = await run(
      'retrain',
      ['--config', path, '--notify', url, '--notify-private', '--textfile', textfile],
      { PALATE_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32).toString('base64')}`, ...env },
    )
    await lock.release()
    expect(ended).toBe(code(expected))
    const figures = await readFile(textfile, 'utf8')
    expect(figures).toContain('palate_retraining_failed 1')
    expect(figures).toMatch(/palate_retraining_last_end_timestamp_seconds\{outcome="failed"\} \d/)
    // without an environment there is no secret to sign with
    if (env?.DATABASE_URL === 'nonsense') expect(stderr).toContain(`${url} could not be notified`)
    else expect(received.map(({ body }) => JSON.parse(body).type)).toEqual(['retraining.failed'])
    for (const said of [stderr, ...received.map(({ body }) => body)])
      for (const problem of problems) expect(said).toContain(problem)
    await rm(textfile)
  })
})

test('without a run to go on with there is nothing to resume', async () => {
  const { code: ended, stderr } = await retrain(['--resume'])
  expect(ended).toBe(code('nothingToDo'))
  expect(stderr).toContain('There is no unfinished run')
})

test('a disk that takes no more leaves a run that goes on once it does', async () => {
  // a limit on the size of files stands for a full disk: the ratings do not fit
  const { code: ended, stderr } = await start('retrain', small, { shell: 'ulimit -f 4;' })
  expect(ended).toBe(code('storage'))
  expect(stderr).toContain('Cannot write')
  expect(await database.sql`select status from retraining_runs`).toEqual([{ status: 'failed' }])
})

test('Ctrl-C leaves a run that goes on', async () => {
  const { code: ended, stderr } = await start('retrain', [...small, '--resume'], {
    onLine: (line, kill) => line.includes('"event":"epoch"') && kill('SIGINT'),
  })
  expect(ended).toBe(code('interrupted'))
  expect(stderr).toContain('--resume continues the run')
})

test('damaged files of a run are told from whole ones, and mended the run ends with its report', async () => {
  const folder = join(home, 'retraining')
  const [runId] = await readdir(folder)
  const path = join(folder, runId!, 'mult-vae.checkpoint')
  const whole = await readFile(path)
  await writeFile(path, Buffer.from(whole).fill(7, 100, 101))
  const damaged = await retrain(['--resume'])
  expect(damaged.code).toBe(code('damaged'))
  expect(damaged.stderr).toContain(`Delete ${path} and resume again`)
  await writeFile(path, whole)
  const { code: ended, stdout } = await start('retrain', [
    ...small,
    ...['--resume', '--report', join(home, 'report.html')],
  ])
  expect(ended).toBe(code('done'))
  expect(lastLine(stdout)).toMatchObject({
    runId,
    outcome: 'promoted',
    reason: 'mult-vae@1 is now the champion.',
    candidates: [{ model: 'mult-vae', version: 1, metrics: { 'ndcg@10': {} }, gate: { passed: true } }],
    report: join(home, 'report.html'),
  })
  expect(await readFile(join(home, 'report.html'), 'utf8')).toContain('mult-vae')
})

test('without new ratings a run stops', async () => {
  const { code: ended, stdout } = await retrain()
  expect(ended).toBe(code('stopped'))
  expect(lastLine(stdout)).toMatchObject({ outcome: 'stopped', candidates: [] })
})

test('a report that cannot be written to the given path is kept, and the outcome is printed', async () => {
  const { code: ended, stdout, stderr } = await retrain(['--report', home])
  expect(ended).toBe(code('storage'))
  const { runId, outcome, report } = lastLine(stdout)
  expect({ outcome, report }).toEqual({
    outcome: 'stopped',
    report: `http://127.0.0.1:3000/reports/${runId}`,
  })
  expect(stderr).toContain(`The run is done, but ${home} could not be written`)
  expect(await database.sql`select 1 from reports where run_id = ${runId}`).toHaveLength(1)
})

test('a champion whose weights are missing is said before anything is trained', async () => {
  await insertRatings(database.sql, weekOfRatings(4))
  const folder = join(home, 'artifacts/mult-vae')
  const [file] = await readdir(folder)
  await rename(join(folder, file!), join(home, 'aside'))
  const { code: ended, stderr } = await retrain()
  expect(ended).toBe(code('artifact'))
  expect(stderr).toContain('The artifact of mult-vae@1')
  expect(await database.sql`select 1 from training_runs`).toHaveLength(1)
  await rename(join(home, 'aside'), join(folder, file!))
})

test('a variant that cannot be trained does not keep the others from it', async () => {
  // more weights than any memory holds
  const variants = [
    ...smallConfig.variants,
    { name: 'immense', model: 'mult-vae', hyperparameters: { hidden: [100_000, 100_000, 100_000] } },
  ]
  const config = await writeConfig('immense', { ...smallConfig, variants })
  const textfile = join(home, 'palate.prom')
  const { code: ended, stdout } = await run('retrain', ['--config', config, '--json', '--textfile', textfile])
  expect(ended).toBe(code('untrained'))
  expect(await readFile(textfile, 'utf8')).toContain('palate_retraining_untrained_variants 1')
  const { candidates, outcome } = lastLine(stdout)
  expect(outcome).toBe('promoted')
  expect(candidates).toMatchObject([{ version: 2 }, { version: null, gate: null }])
})

test('versions are listed, shown, compared, promoted and rolled back', async () => {
  const list = lastLine((await run('models', ['list', '--json'])).stdout)
  expect(list).toMatchObject([
    { version: 2, champion: true },
    { version: 1, champion: false },
  ])
  expect((await run('models', ['list'])).stdout).toMatch(/mult-vae@2 +champion/)
  expect((await run('models', ['show', 'mult-vae@2'])).stdout).toMatch(/started from +mult-vae@1/)
  expect((await run('models', ['compare', 'mult-vae@1', 'mult-vae@2'])).stdout).toContain('≠')
  const back = await run('rollback', ['--json', '--by', 'ann'])
  expect(lastLine(back.stdout)).toEqual({ model: 'mult-vae', version: 1, from: 2 })
  const again = await run('promote', ['mult-vae@2', '--json', '--reason', 'a mistake'])
  expect(lastLine(again.stdout)).toEqual({ model: 'mult-vae', version: 2, from: 1 })
  expect(lastLine((await run('models', ['history', '--json'])).stdout).slice(0, 2)).toMatchObject([
    { kind: 'promotion', toVersion: 2, reason: 'a mistake' },
    { kind: 'rollback', fromVersion: 2, toVersion: 1, by: 'ann' },
  ])
  const unknown = await run('promote', ['mult-vae@9'])
  expect(unknown).toMatchObject({ code: code('misused'), stderr: expect.stringContaining('mult-vae@9') })
})

test('every exit code of the commands was reached', () => {
  expect([...reached].sort((a, b) => a - b)).toEqual(exitCodesOf('retrain').map(code))
})
