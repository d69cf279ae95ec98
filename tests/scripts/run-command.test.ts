import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'
import { optionsTakenByNpm } from '../../src/config/npm-options.ts'
import { programOf } from '../programs.ts'
import { runScript } from '../retraining/run-script.ts'
import { runCommandHere } from '../run-command-here.ts'

test('options that npm took are named, with the command to write', async () => {
  const env = { npm_lifecycle_event: 'train', npm_config_model: 'true' }
  const { code, stdout, stderr } = await runScript('train', ['mult-vae'], { env })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('npm interpreted --model as its own option: write npm run train -- --model')
})

test('an optional option that npm took ends the command before it does anything', async () => {
  const env = { npm_lifecycle_event: 'retrain', npm_config_dry_run: 'true' }
  const { code, stderr } = await runCommandHere('retrain', [], { env })
  expect(code).toBe(2)
  expect(stderr).toContain('write npm run retrain -- --dry-run')
})

test('only options that the command did not get count as taken by npm', () => {
  const options = new Set(['--model', '--dry-run', '--json', '--seed'])
  const environment = {
    npm_lifecycle_event: 'train',
    npm_config_model: 'true',
    npm_config_dry_run: '',
    npm_config_json: 'true',
    npm_config_seed: '3',
  }
  expect(optionsTakenByNpm(options, ['--model', 'ease', '--seed=4'], environment)).toEqual(['--json'])
  expect(optionsTakenByNpm(options, [], { ...environment, npm_lifecycle_event: undefined })).toEqual([])
})

test('a value given twice is refused, unless the option can be repeated', async () => {
  const run = (script: string, ...args: string[]) => runCommandHere(script, [...args, '--help'], { env: {} })
  const { code, stderr } = await run('train', '--model', 'ease', '--model=mult-vae')
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: '--model is given twice, as ease and mult-vae: give it once\n',
  })
  expect((await run('train', '--set', 'epochs=1', '--set', 'latent=2')).code).toBe(0)
  expect((await run('keys', 'create', '--scope', 'read', '--scope', 'write')).code).toBe(0)
  expect((await run('keys', 'create', '--name', 'a', '--name', 'a')).code).toBe(2)
  expect((await run('compare', '--no-baselines', '--no-baselines')).code).toBe(0)
})

test('a closed pipe is no error', async () => {
  const command = `"$0" "$1" --help 2>&1 | true; echo "\${PIPESTATUS[0]}"`
  const stdout = await new Promise<string>((resolve, reject) =>
    execFile('bash', ['-c', command, process.execPath, programOf('scripts/retrain.ts')], (error, out) =>
      error ? reject(error) : resolve(out),
    ),
  )
  expect(stdout).toBe('0\n')
})
