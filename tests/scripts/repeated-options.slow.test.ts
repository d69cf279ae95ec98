// A value that is given twice is refused, for each option of all commands.
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommandHere } from '../run-command-here.ts'

const folder = mkdtempSync(join(tmpdir(), 'palate-repeated-'))
const optionsFile = join(folder, 'options.json')
writeFileSync(optionsFile, '{}')
const env = { PALATE_HOME: folder }
const scripts = readdirSync(join(import.meta.dirname, '../../scripts')).filter(
  (file) => file.endsWith('.ts') && file !== 'build-kernels.ts',
)

// with --help, a command that does not refuse them does nothing else
const run = (script: string, args: readonly string[]) => runCommandHere(script, [...args, '--help'], { env })

interface Repeated {
  readonly command: readonly string[]
  readonly option: string
  readonly isRepeatable: boolean
  readonly isRefused: boolean
}

async function repeatEachOption(script: string, command: readonly string[]): Promise<Repeated[]> {
  const { stdout: help } = await run(script, command)
  const repeated: Repeated[] = []
  // one of them is a value that the option accepts
  const values = [
    '1',
    '0.5',
    '30m',
    'mult-vae',
    'nats://host/EVENTS',
    'a=like',
    '1-5',
    'ndcg@10',
    optionsFile,
  ]
  values.push(...[...help.matchAll(/"([\w-]+)"/g)].map(([, choice]) => choice!))
  for (const [, option, description] of help.matchAll(/^ {2}(--[\w-]+) [<[]([\s\S]*?)(?=^ {2}-|^$)/gm)) {
    let isRefused = false
    const isRepeatable = description!.replace(/\s+/g, ' ').includes('can be repeated')
    for (const value of values) {
      const { code, stderr } = await run(script, [...command, option!, value, `${option}=${value}`])
      isRefused = code === 2 && stderr.includes('is given twice')
      if (code === 0 || isRefused) break
    }
    repeated.push({ command: [script, ...command], option: option!, isRepeatable, isRefused })
  }
  const [, subcommands = ''] = /^Commands:\n((?: {2}.*\n)+)/m.exec(help) ?? []
  for (const [, name] of subcommands.matchAll(/^ {2}([a-z][\w-]*)/gm))
    if (name !== 'help') repeated.push(...(await repeatEachOption(script, [...command, name!])))
  return repeated
}

test('a value given twice is refused by all commands, unless the option can be repeated', {
  timeout: 400_000,
}, async () => {
  const all: Repeated[] = []
  for (const file of scripts) all.push(...(await repeatEachOption(file.replace(/\.ts$/, ''), [])))
  expect(all.filter(({ isRepeatable, isRefused }) => isRepeatable === isRefused)).toEqual([])
  const repeatable = all.filter(({ isRepeatable }) => isRepeatable)
  expect(new Set(repeatable.map(({ option }) => option))).toEqual(new Set(['--set', '--scope']))
  expect(all.length).toBeGreaterThan(100)
})
