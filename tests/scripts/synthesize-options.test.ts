import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommandHere } from '../run-command-here.ts'

let folder: string

// 40 users with eight positive ratings each, and 25 users with two
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'palate-synthesize-'))
  const ratings = Array.from({ length: 65 }, (_, user) =>
    Array.from(
      { length: user < 40 ? 8 : 2 },
      (_, n) => `u${user},i${(user * 7 + n * 3) % 24},${4 + (n % 2)}`,
    ),
  )
  await writeFile(join(folder, 'ratings.csv'), ['userId,itemId,rating', ...ratings.flat()].join('\n'))
})

afterAll(() => rm(folder, { recursive: true }))

function run(...args: string[]) {
  const source = ['--ratings', join(folder, 'ratings.csv'), '--users', '30', '--out', join(folder, 'new.csv')]
  const small = ['--set', 'epochs=2', '--set', 'latent=4', '--set', 'hidden=[]']
  return runCommandHere('synthesize', [...source, ...small, ...args], {
    env: { PALATE_BACKEND: 'cpu', PALATE_HOME: folder },
  })
}

test('says how many users with short histories the new users do not resemble', async () => {
  const { code, stdout, stderr } = await run()
  expect(code, stderr).toBe(0)
  expect(stdout).toContain('by mult-vae trained on 32 users')
  expect(stdout).toContain('25 real users with fewer than five positive ratings are left out')
})

test('refuses unknown users, other models and a missing folder before it trains, with exit code 2', async () => {
  const before = await readdir(folder)
  const refused = [
    await run('--around', 'u1,unknown'),
    await run('--model', 'ease'),
    await run('--out', join(folder, 'missing', 'new.csv')),
    await run('--around', 'u1', '--evaluate', 'ease'),
  ]
  expect(refused.map(({ code }) => code)).toEqual([2, 2, 2, 2])
  expect(refused[0]!.stderr).toContain('There are no ratings of the users unknown of --around')
  expect(refused[1]!.stderr).toContain('Allowed choices are mult-vae, rec-vae')
  expect(refused[2]!.stderr).toContain(`There is no folder ${join(folder, 'missing')}`)
  expect(refused[3]!.stderr).toContain('New users around given ones do not stand for all users')
  for (const { stderr } of refused) expect(stderr).not.toContain('epoch')
  expect(await readdir(folder)).toEqual(before)
})
