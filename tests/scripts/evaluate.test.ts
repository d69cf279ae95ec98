import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { columnCounts } from '../../src/interactions/csr/csr-matrix.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { popularity } from '../../src/models/popularity.ts'
import { createRandom } from '../../src/random/random.ts'
import { createPlantedWorld } from '../../src/ratings/planted-world.ts'
import { importRatings } from '../../src/ratings/postgres-import.ts'
import { openRatingsSource } from '../../src/ratings/ratings-source.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { mean } from '../../src/statistics/mean.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { provenance } from '../registry/test-registry.ts'
import { runScript } from '../retraining/run-script.ts'
import { runCommandHere } from '../run-command-here.ts'

const database = await createTestDatabase()
const folder = await mkdtemp(join(tmpdir(), 'palate-evaluate-'))
const env = { PALATE_BACKEND: 'wasm', PALATE_HOME: folder, DATABASE_URL: database.url }

beforeAll(async () => {
  const world = createPlantedWorld({ users: 150, items: 80, ratingsPerUser: 25, seed: 2 })
  const lines = [...world.ratings()].map(({ userId, itemId, value, time }) =>
    [userId, itemId, value, time].join(),
  )
  const write = (name: string, lines: string[]) =>
    writeFile(join(folder, name), ['userId,movieId,rating,timestamp', ...lines].join('\n'))
  await write('ratings.csv', lines)
  await write(
    'train.csv',
    lines.filter((_, n) => n % 5 > 0),
  )
  await write(
    'test.csv',
    lines.filter((_, n) => n % 5 === 0),
  )
  const items = world.items.map(({ id, attributes }) =>
    [id, (attributes!.genres as string[]).join('|')].join(),
  )
  await writeFile(join(folder, 'films.csv'), ['movieId,genres', ...items].join('\n'))
  await writeFile(join(folder, 'unknown.json'), '{ "modle": "ease" }')
  await writeFile(join(folder, 'wrong.json'), '{ "model": "ease", "split": "by hand" }')
})

afterAll(() => rm(folder, { recursive: true }))

/** Arguments that end in the extension of a format are files of the folder. */
function run(...args: string[]) {
  const paths = args.map((arg) => (/\.(csv|txt|json|parquet)$/.test(arg) ? join(folder, arg) : arg))
  return runCommandHere('evaluate', paths, { env })
}

describe('npm run evaluate', () => {
  test('prints one JSON document with the model beside the baselines', async () => {
    const { code, stdout } = await run(
      ...['--model', 'u-autorec', '--protocol', 'predefined', '--train', 'train.csv', '--test', 'test.csv'],
      ...['--set', 'hidden=8', '--set', 'epochs=3', '--metrics', 'rmse,ndcg@10', '--seed', '4', '--json'],
    )
    expect(code).toBe(0)
    const estimate = { mean: expect.any(Number), standardError: expect.any(Number) }
    expect(JSON.parse(stdout)).toMatchObject({
      model: 'u-autorec',
      protocol: 'predefined',
      metrics: { rmse: estimate, 'ndcg@10': estimate },
      baselines: { popularity: { 'ndcg@10': estimate }, bias: { rmse: estimate, 'ndcg@10': estimate } },
      epochs: expect.any(Number),
      epochSeconds: expect.any(Number),
      hyperparameters: { hidden: 8, epochs: 3 },
      backend: 'wasm',
      seed: 4,
    })
  })

  test('warns of a model that is worse than a baseline, as npm run compare does in text, JSON and report', async () => {
    const args = [
      ...['--models', 'bias,item-knn', '--ratings', join(folder, 'ratings.csv'), '--metrics', 'ndcg@10'],
      ...['--report', join(folder, 'compared.html')],
    ]
    const { stdout } = await runCommandHere('compare', [...args, '--json'], { env })
    const { baselines, worseThanBaselines } = JSON.parse(stdout)
    expect(Object.keys(baselines)).toEqual(['popularity'])
    expect(worseThanBaselines).toEqual([
      expect.stringMatching(/^bias ranks worse than popularity: ndcg@10 0\.\d{4} against 0\.\d{4}$/),
    ])
    const [finding] = worseThanBaselines
    expect(await readFile(join(folder, 'compared.html'), 'utf8')).toContain(finding)
    const { stdout: text } = await runCommandHere('compare', [...args, '--no-baselines'], { env })
    expect(text).not.toContain('popularity')
  })

  test('holds out items and recommends them by their attributes', async () => {
    const args = ['--model', 'ease', '--protocol', 'strong-generalization', '--ratings', 'ratings.csv']
    const cold = [...args, '--no-baselines', '--metrics', 'recall@10', '--cold-items', '0.25']
    const { code, stdout } = await run(...cold, '--items', 'films.csv', '--json')
    expect(code).toBe(0)
    const { coldItems, split } = JSON.parse(stdout)
    expect(split.items + coldItems.items).toBe(80)
    expect(coldItems).toMatchObject({ attributes: ['genres'], predictedItems: 20 })
    const meanOf = (ranking: string) => coldItems[ranking]['recall@10'].mean
    expect(meanOf('amongColdItems')).toBeGreaterThan(meanOf('inRandomOrder'))
    const { stdout: text } = await run(...cold, '--items', 'films.csv')
    expect(text).toMatch(/20 cold items, 20 predicted from genres/)
    expect(text).toMatch(/by predicted popularity +[\d.]+ ± [\d.]+/)
    const { stdout: csv } = await run(...cold, '--items', 'films.csv', '--csv')
    expect(
      csv
        .trimEnd()
        .split('\r\n')
        .map((line) => line.replace(/"?,?\d.*$/, '')),
    ).toEqual([
      expect.stringMatching(/^model,recall@/),
      'ease',
      'cold items',
      'cold items by predicted popularity',
      'cold items in random order',
      '"other items, lists with cold items',
    ])
    expect((await run(...cold)).stderr).toContain('There are no item attributes next to')
  })

  test('gives the metrics of published tables for published lists of items', async () => {
    await writeFile(join(folder, 'lists.txt'), '0 0 1 2\n1 0 1\n2 0 3 4\n')
    // the last user has no targets
    await writeFile(join(folder, 'hidden.txt'), '0 3\n1 2 4\n2\n')
    const { stdout } = await run(
      ...[
        '--model',
        'popularity',
        '--protocol',
        'predefined',
        '--train',
        'lists.txt',
        '--test',
        'hidden.txt',
      ],
      ...['--metrics', 'recall-all@1,recall@1,ndcg@2', '--json'],
    )
    const { metrics, split, positives } = JSON.parse(stdout)
    // user 0 is shown 3, the first of two equals; user 1 first 2, then 3, of the three without a place in training
    expect(metrics['recall-all@1'].mean).toBeCloseTo((1 + 1 / 2) / 2, 12)
    expect(metrics['recall@1'].mean).toBeCloseTo(1, 12)
    expect(metrics['ndcg@2'].mean).toBeCloseTo((1 + 1 / (1 + 1 / Math.log2(3))) / 2, 12)
    expect(split).toMatchObject({ users: 3, items: 5, testRatings: 3 })
    expect(split.trainRatings + split.validationRatings).toBe(8)
    expect(positives).toMatchObject({ threshold: 1, share: 1 })
  })

  test('prints the metrics of each model as CSV on request, and not together with JSON', async () => {
    const args = ['--model', 'popularity', '--protocol', 'last-period', '--ratings', 'ratings.csv']
    const [table, both] = [
      await run(...args, '--metrics', 'rmse,recall@20', '--csv'),
      await run(...args, '--csv', '--json'),
    ]
    const [head, ...rows] = table.stdout.trim().split('\r\n')
    expect(head).toBe('model,recall@20.mean,recall@20.standardError,rmse.mean,rmse.standardError')
    expect(rows.map((row) => row.split(',')[0])).toEqual(['popularity', 'bias'])
    expect([both.code, both.stdout]).toEqual([2, ''])
    expect(both.stderr).toContain("'--csv' cannot be used with option '--json'")
  })

  test('prints a table without the metrics that the model does not support, and logs them', async () => {
    const { code, stdout, stderr } = await run(
      ...['--model', 'popularity', '--protocol', 'last-period', '--ratings', 'ratings.csv'],
      ...['--metrics', 'mae,recall@20'],
    )
    expect(code).toBe(0)
    expect(stderr).toContain('popularity does not predict ratings, so it has no mae')
    expect(stdout).toMatch(/^popularity by last-period/)
    expect(stdout).toMatch(/bias +[\d.]+ ± [\d.]+ +[\d.]+ ± [\d.]+/)
  })

  test('evaluates a published version on the ratings in the database, and warns if it was trained on them', async () => {
    expect((await run('--model', 'bias', '--protocol', 'random-holdout')).stderr).toContain(
      'There are no ratings in the database',
    )

    await importRatings(database.sql, await openRatingsSource(join(folder, 'ratings.csv')))
    const ratings = await loadInteractions(database.sql)
    const hyperparameters = { positiveThreshold: 4 }
    await openRegistry(database, { home: folder }).publish(
      {
        model: 'popularity',
        hyperparameters,
        items: ratings.items,
        popularity: Float32Array.from(columnCounts(ratings.matrix)),
        ratingRange: [1, 5],
        weights: await popularity.solve(ratings.matrix, hyperparameters, { random: createRandom(1) }),
      },
      { ...provenance, dataFingerprint: fingerprint(ratings) },
    )
    const { code, stdout, stderr } = await run(
      ...['--model', 'popularity@1', '--protocol', 'random-holdout', '--metrics', 'ndcg@10', '--json'],
    )
    const report = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(stderr).toContain('popularity@1 was trained on these ratings')
    expect(report).toMatchObject({ model: 'popularity', version: 1, epochs: null, hyperparameters })
    expect(report.metrics['ndcg@10'].mean).toBeGreaterThan(report.baselines.popularity['ndcg@10'].mean)
    expect((await run('--model', 'popularity@2', '--protocol', 'random-holdout')).stderr).toContain(
      'popularity@2',
    )
    // other ratings now, but most of them are those of the training
    await database.sql`update ratings set value = 6 - value where user_id = (select min(user_id) from ratings)`
    expect((await run('--model', 'popularity@1', '--protocol', 'random-holdout')).stderr).toContain(
      'If popularity@1 was trained on some of these ratings',
    )
  })

  test('keeps repeated test pairs on request, as targets that cannot be hit', async () => {
    await writeFile(join(folder, 'known.csv'), 'visitor,thing,grade\na,x,4\na,y,2\nb,x,5\nb,y,1\nb,z,3\n')
    await writeFile(join(folder, 'again.csv'), 'visitor,thing,grade\na,x,5\na,z,5\nb,w,4\n')
    const columns = ['--user', 'visitor', '--item', 'thing', '--value', 'grade', '--positive-threshold', '4']
    const evaluate = (...more: string[]) =>
      run(
        ...[
          '--model',
          'popularity',
          '--protocol',
          'predefined',
          '--train',
          'known.csv',
          '--test',
          'again.csv',
        ],
        ...[...columns, '--metrics', 'recall-all@3', '--no-baselines', '--json', ...more],
      )
    const skipped = await evaluate()
    expect(skipped.stderr).toContain('1 test ratings have the same user and item as a training rating')
    expect(JSON.parse(skipped.stdout)).toMatchObject({
      split: { testRatings: 2, repeatedTestRatings: 1 },
      metrics: { 'recall-all@3': { mean: 1 } },
      baselines: {},
    })
    const kept = JSON.parse((await evaluate('--repeated-pairs', 'keep')).stdout)
    expect(kept).toMatchObject({ split: { testRatings: 3, repeatedTestRatings: 1 } })
    expect(kept.metrics['recall-all@3'].mean).toBe((1 / 2 + 1) / 2)
  })

  test('takes options from a file, publishes what it evaluated, and writes the metrics of each user', async () => {
    await writeFile(
      join(folder, 'evaluate.json'),
      JSON.stringify({
        ...{ model: 'u-autorec', protocol: 'random-holdout', ratings: join(folder, 'ratings.csv') },
        ...{ metrics: ['rmse', 'ndcg@10'], set: { hidden: 8, epochs: 9 }, baselines: false, save: true },
      }),
    )
    const args = ['--set', 'epochs=2', '--per-user', join(folder, 'users.csv'), '--json']
    const { stdout, stderr } = await runScript(
      'evaluate',
      ['--config', join(folder, 'evaluate.json'), ...args],
      { env },
    )
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({
      model: 'u-autorec',
      version: 1,
      hyperparameters: { hidden: 8, epochs: 2 },
    })
    expect(stderr).toContain('Published as u-autorec@1')
    const { manifest, artifact } = await openRegistry(database, { home: folder }).load({
      model: 'u-autorec',
      version: 1,
    })
    expect(manifest).toMatchObject({ metrics: report.metrics, seed: 1 })
    expect(manifest.data.ratings).toBe(report.split.trainRatings + report.split.validationRatings)
    expect(artifact.items.size).toBe(report.split.items)

    const [header, ...lines] = (await readFile(join(folder, 'users.csv'), 'utf8')).trim().split('\n')
    expect(header).toBe('user_id,rmse,ndcg@10')
    const rows = lines.map((line) => line.split(','))
    const ranked = rows.filter(([, , ndcg]) => ndcg !== '').map(([, , ndcg]) => Number(ndcg))
    expect(mean(ranked)).toBeCloseTo(report.metrics['ndcg@10'].mean, 12)
    expect(new Set(rows.map(([id]) => id)).size).toBe(rows.length)

    await run(
      ...['--model', 'u-autorec@1', '--protocol', 'random-holdout', '--ratings', 'ratings.csv'],
      ...['--metrics', 'rmse,ndcg@10', '--no-baselines', '--per-user', 'users.parquet'],
    )
    const table = await parquetReadObjects({ file: await asyncBufferFromFile(join(folder, 'users.parquet')) })
    expect(table.map((row) => row.user_id)).toEqual(rows.map(([id]) => id))
    for (const [n, row] of table.entries()) expect(row.rmse).toBeCloseTo(Number(rows[n]![1]), 5)
  })

  test.each([
    [
      2,
      'an option of a file that does not exist',
      ['--config', 'unknown.json'],
      'unknown.json has the unknown option modle; there are',
    ],
    [
      2,
      'an option of a file with a wrong value',
      ['--config', 'wrong.json'],
      'wrong.json, split: Allowed choices are random, hash',
    ],
    [
      2,
      'an unknown model',
      ['--model', 'svd', '--protocol', 'random-holdout', '--ratings', 'ratings.csv'],
      'no model',
    ],
    [
      2,
      'a protocol without its files',
      ['--model', 'bias', '--protocol', 'predefined'],
      '--train and --test',
    ],
    [
      11,
      'a missing file',
      ['--model', 'bias', '--protocol', 'random-holdout', '--ratings', 'no.csv'],
      'no.csv',
    ],
  ])('exits with %i and one line about %s', async (expected, _what, args, message) => {
    const { code, stdout, stderr } = await run(...args)
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('    at ')
  })
})
