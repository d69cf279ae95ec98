import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { writeLines } from '../../scripts/terminal/write-lines.ts'

async function* lines(text: string, count: number) {
  for (let n = 0; n < count; n++) {
    await setImmediate()
    yield `${text}\n`
  }
}

test('of two commands that write a file at the same time, one leaves its whole file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'palate-lines-'))
  const path = join(folder, 'out.csv')
  await Promise.all([writeLines(path, lines('a', 300)), writeLines(path, lines('b', 100))])
  expect(['a\n'.repeat(300), 'b\n'.repeat(100)]).toContain(await readFile(path, 'utf8'))
  expect(await readdir(folder)).toEqual(['out.csv'])
})

test('an error leaves the file as it was, and no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'palate-lines-'))
  const path = join(folder, 'out.csv')
  await writeLines(path, lines('a', 1))
  async function* failing() {
    yield 'b\n'
    throw new Error('no more')
  }
  await expect(writeLines(path, failing())).rejects.toThrow('no more')
  expect(await readFile(path, 'utf8')).toBe('a\n')
  expect(await readdir(folder)).toEqual(['out.csv'])
})
