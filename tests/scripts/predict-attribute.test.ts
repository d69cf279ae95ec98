import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommandHere } from '../run-command-here.ts'

let folder: string

// users of the plan "pro" rate even items, others odd ones; each fifth user has no label
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'palate-attribute-'))
  const users = Array.from({ length: 60 }, (_, user) => user)
  const ratings = users.flatMap((user) =>
    Array.from({ length: 8 }, (_, n) => `u${user},i${2 * ((user * 7 + n * 3) % 12) + (user % 2)},1`),
  )
  await writeFile(join(folder, 'ratings.csv'), ['userId,itemId,rating', ...ratings].join('\n'))
  const labels = users.filter((user) => user % 5 > 0).map((user) => `u${user},${user % 2 ? 'free' : 'pro'}`)
  await writeFile(join(folder, 'labels.csv'), ['userId,plan', ...labels].join('\n'))
  await writeFile(join(folder, 'limits.config.mjs'), "export default { offLimitsAttributes: ['Plan'] }")
})

afterAll(() => rm(folder, { recursive: true }))

const runOnFile = (...args: string[]) => run('--ratings', join(folder, 'ratings.csv'), ...args)

function run(...args: string[]) {
  return runCommandHere('predict-attribute', ['--labels', join(folder, 'labels.csv'), ...args], {
    env: { PALATE_BACKEND: 'cpu', PALATE_HOME: folder },
  })
}

test('predicts the attribute of users without a label from those with one', async () => {
  const out = join(folder, 'plans.csv')
  const small = ['--set', 'epochs=30', '--set', 'latent=4', '--set', 'hidden=[]']
  const { code, stdout, stderr } = await runOnFile('--attribute', 'plan', '--out', out, '--json', ...small)
  expect(code, stderr).toBe(0)
  const { accuracy, ...rest } = JSON.parse(stdout)
  expect(rest).toEqual({
    attribute: 'plan',
    model: 'mult-vae',
    labels: 48,
    values: ['free', 'pro'],
    predicted: 12,
    file: out,
  })
  expect(accuracy.embeddings.mean).toBeGreaterThan(0.9)
  expect(accuracy.mostFrequent.mean).toBeLessThan(0.7)
  const [header, ...lines] = (await readFile(out, 'utf8')).trim().split('\n')
  expect(header).toBe('userId,value,margin')
  expect(lines).toHaveLength(12)
  for (const line of lines) {
    const [userId, value] = line.split(',')
    expect(value).toBe(Number(userId!.slice(1)) % 2 ? 'free' : 'pro')
  }
})

test('refuses attributes that are off limits or unknown, with exit code 2', async () => {
  const refused = await runOnFile('--attribute', 'plan', '--config', join(folder, 'limits.config.mjs'))
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('The attribute plan is off limits'),
  })
  const unknown = await runOnFile('--attribute', 'age')
  expect(unknown).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('has no column age; its columns are userId, plan'),
  })
})

test('refuses hyperparameters for a champion, with exit code 2', async () => {
  expect(await run('--attribute', 'plan', '--set', 'epochs=30')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--set is for a model that is trained on --ratings'),
  })
})

test('states what is wrong with the labels, with exit code 2', async () => {
  const [empty, few] = [join(folder, 'empty.csv'), join(folder, 'few.csv')]
  await writeFile(empty, '')
  await writeFile(few, 'userId,plan\nu1,free\nu2,pro\nunknown,pro\n')
  expect(await runOnFile('--attribute', 'plan', '--labels', empty)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('has no header: its first line must name the columns userId and plan'),
  })
  const small = ['--set', 'epochs=1', '--set', 'latent=4', '--set', 'hidden=[]']
  expect(await runOnFile('--attribute', 'plan', '--labels', few, ...small)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('labels 2 users with ratings, with 2 different values'),
  })
})
