import { access, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asc } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { championChanges } from '../../src/db/schema.ts'
import { rollBack } from '../../src/registry/change-champion.ts'
import { createFileArtifactStore } from '../../src/registry/file-artifact-store.ts'
import {
  ChampionChangedError,
  UnknownVersionError,
  UnusableArtifactError,
} from '../../src/registry/registry.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { projectionArtifact } from './projection-model.ts'
import { createTestRegistry, provenance } from './test-registry.ts'

const database = await createTestDatabase()
const { registry, folder } = await createTestRegistry(database)
const store = createFileArtifactStore(folder)
const change = { by: 'an analyst', reason: 'it is better' }

describe('publishing', () => {
  test('versions count from one within each model, and are no champions', async () => {
    const named = (model: string, tilt: number) => ({ ...projectionArtifact(tilt), model })
    const versions = []
    for (const artifact of [named('one', 0), named('two', 0), named('one', 1), named('one', 1)])
      versions.push((await registry.publish(artifact, provenance)).version)
    expect(versions).toEqual([1, 1, 2, 3])
    expect(await registry.champions()).toEqual([])
  })

  test('several at once each get a number of their own', async () => {
    const artifacts = Array.from({ length: 8 }, (_, tilt) => ({ ...projectionArtifact(tilt), model: 'many' }))
    const manifests = await Promise.all(artifacts.map((artifact) => registry.publish(artifact, provenance)))
    expect(manifests.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    for (const { model, version, hyperparameters } of manifests) {
      const { artifact } = await registry.load({ model, version })
      expect(artifact.hyperparameters).toEqual(hyperparameters)
    }
  })

  test('a version is listed with how it came to be', async () => {
    const published = await registry.publish(projectionArtifact(0.5), { ...provenance, seed: 2 ** 40 })
    const [listed] = (await registry.versions()).filter(({ model }) => model === 'projection')
    expect(listed).toEqual(published)
    expect(listed).toMatchObject({ ...provenance, seed: 2 ** 40, hyperparameters: { tilt: 0.5 } })
  })

  test('newer versions are listed first', async () => {
    const listed = (await registry.versions()).filter(({ model }) => model === 'one')
    expect(listed.map(({ version }) => version)).toEqual([3, 2, 1])
  })
})

describe('loading', () => {
  test('gives what was published', async () => {
    const { artifact, manifest } = await registry.load({ model: 'one', version: 2 })
    expect(artifact.weights).toEqual(projectionArtifact(1).weights)
    expect(manifest.version).toBe(2)
  })

  test('a version that does not exist is named', async () => {
    await expect(registry.load({ model: 'one', version: 9 })).rejects.toThrow(UnknownVersionError)
    await expect(registry.load({ model: 'one', version: 9 })).rejects.toThrow('one@9')
  })

  const damages: [string, RegExp, (bytes: Buffer) => Buffer][] = [
    ['one flipped bit', /SHA-256/, (bytes) => bytes.fill(bytes.at(-1)! ^ 1, bytes.length - 1)],
    ['a lost end', /SHA-256/, (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['an empty file', /SHA-256/, () => Buffer.alloc(0)],
  ]
  test.each(damages)(
    'refuses %s by the name of the version, and nothing else breaks',
    async (_, why, damage) => {
      const { model, version, artifact } = await publishAlone()
      const path = join(folder, artifact.key)
      await writeFile(path, damage(await readFile(path)))
      const loading = registry.load({ model, version })
      await expect(loading).rejects.toThrow(UnusableArtifactError)
      await expect(loading).rejects.toThrow(`alone@${version}`)
      await expect(loading).rejects.toThrow(why)
      await registry.load({ model: 'one', version: 2 })
    },
  )

  test('refuses a missing file', async () => {
    const { model, version, artifact } = await publishAlone()
    await rm(join(folder, artifact.key))
    await expect(registry.load({ model, version })).rejects.toThrow(UnusableArtifactError)
  })

  test('refuses a whole artifact of another model', async () => {
    const { version } = await publishAlone()
    await database.sql`
      update model_versions set (artifact_key, artifact_sha256) =
        (select artifact_key, artifact_sha256 from model_versions where model = 'one' and version = 1)
      where model = 'alone' and version = ${version}`
    await expect(registry.load({ model: 'alone', version })).rejects.toThrow('it is of the model one')
  })

  let published = 100
  const publishAlone = () =>
    registry.publish({ ...projectionArtifact(published++), model: 'alone' }, provenance)
})

describe('champions', () => {
  test('the first champion of all becomes the default, later ones do not', async () => {
    await registry.promote({ model: 'two', version: 1 }, change)
    await registry.promote({ model: 'one', version: 1 }, change)
    expect(await registry.champions()).toMatchObject([
      { model: 'one', version: 1, isDefault: false },
      { model: 'two', version: 1, isDefault: true, promotedBy: change.by, reason: change.reason },
    ])
  })

  test('another version replaces the champion of its model and no other champion', async () => {
    await registry.promote({ model: 'two', version: 1 }, change)
    await registry.promote({ model: 'one', version: 3 }, { by: 'cron', reason: 'weekly' })
    expect(await registry.champions()).toMatchObject([
      { model: 'one', version: 3, promotedBy: 'cron' },
      { model: 'two', version: 1, promotedBy: change.by },
    ])
  })

  test('every change is on record, and promoting the champion again is none', async () => {
    await registry.promote({ model: 'one', version: 3 }, change)
    const changes = await database.db.select().from(championChanges).orderBy(asc(championChanges.id))
    expect(changes).toMatchObject([
      { model: 'two', fromVersion: null, toVersion: 1, by: change.by, reason: change.reason },
      { model: 'two', kind: 'default', fromModel: null, fromVersion: null, toVersion: 1, by: change.by },
      { model: 'one', fromVersion: null, toVersion: 1 },
      { model: 'one', fromVersion: 1, toVersion: 3, by: 'cron' },
    ])
  })

  test('a version that does not exist is not promoted', async () => {
    await expect(registry.promote({ model: 'one', version: 9 }, change)).rejects.toThrow('one@9')
  })

  const defaults = async () => (await registry.champions()).filter(({ isDefault }) => isDefault)

  test('the default has a warning until it is removed or another model is the default', async () => {
    await registry.warn('ease is better')
    expect(await defaults()).toMatchObject([{ model: 'two', warning: 'ease is better' }])
    await registry.warn(null)
    expect(await defaults()).toMatchObject([{ model: 'two', warning: null }])
    await registry.warn('ease is better')
  })

  test('another model with a champion can be made the default, which is recorded once', async () => {
    await registry.makeDefault('one', change)
    await registry.makeDefault('one', { by: 'cron', reason: 'weekly' })
    expect(await defaults()).toMatchObject([{ model: 'one', warning: null }])
    expect((await registry.champions()).filter(({ warning }) => warning !== null)).toEqual([])
    expect((await registry.changes()).slice(0, 2)).toMatchObject([
      { kind: 'default', model: 'one', fromModel: 'two', fromVersion: 1, toVersion: 3, ...change },
      { kind: 'promotion', model: 'one', toVersion: 3, fromModel: null },
    ])
    await expect(registry.makeDefault('two', change, null)).rejects.toThrow(ChampionChangedError)
    await expect(registry.makeDefault('many', change)).rejects.toThrow(UnknownVersionError)
    expect(await defaults()).toMatchObject([{ model: 'one' }])
  })

  test('of promotions at once each is whole, and the record leads from one to the next', async () => {
    const versions = [1, 2, 3, 4, 5, 6, 7, 8]
    await Promise.all(versions.map((version) => registry.promote({ model: 'many', version }, change)))
    const changes = await database.db.select().from(championChanges).orderBy(asc(championChanges.id))
    const many = changes.filter(({ model }) => model === 'many')
    expect(many.map(({ fromVersion }) => fromVersion)).toEqual([
      null,
      ...many.slice(0, -1).map(({ toVersion }) => toVersion),
    ])
    expect(await registry.champions()).toContainEqual(
      expect.objectContaining({ model: 'many', version: many.at(-1)?.toVersion }),
    )
  })
})

describe('going back', () => {
  const name = (version: number) => ({ model: 'back', version })
  const champion = async () =>
    (await registry.champions()).find(({ model }) => model === 'back')?.version ?? null

  test('a rollback leads to the champion before, the next one further back, and each is on record', async () => {
    for (const tilt of [1, 2, 3]) {
      await registry.publish({ ...projectionArtifact(tilt), model: 'back' }, provenance)
      await registry.promote(name(tilt), change)
    }
    // a change of the default is not a promotion that a rollback undoes
    await registry.makeDefault('back', change)
    expect(await registry.rollback('back', { by: 'ann', reason: 'complaints' })).toEqual(name(2))
    expect(await registry.rollback('back', { by: 'ann', reason: 'more of them' })).toEqual(name(1))
    expect(await champion()).toBe(1)
    expect((await registry.changes()).slice(0, 2)).toMatchObject([
      { kind: 'rollback', fromVersion: 2, toVersion: 1, by: 'ann', reason: 'more of them' },
      { kind: 'rollback', fromVersion: 3, toVersion: 2, by: 'ann', reason: 'complaints' },
    ])
  })

  test('the first champion cannot be rolled back', async () => {
    await expect(registry.rollback('back', change)).rejects.toThrow('back had no champion before')
    expect(await champion()).toBe(1)
  })

  test('what is promoted after a rollback can be taken back in turn', async () => {
    await registry.promote(name(3), change)
    expect(await registry.rollback('back', change)).toEqual(name(1))
  })

  test('without a model undoes the last promotion, then the one before, also of another model', async () => {
    for (const [version, models] of [
      [1, ['left', 'right']],
      [2, ['left', 'right']],
    ] as const)
      for (const model of models) {
        await registry.publish({ ...projectionArtifact(version), model }, provenance)
        await registry.promote({ model, version }, change)
      }
    const undone = { version: 1, from: 2 }
    expect(await rollBack(registry, undefined, change)).toEqual({ model: 'right', ...undone })
    expect(await rollBack(registry, undefined, change)).toEqual({ model: 'left', ...undone })
  })

  test('a promotion that was decided over another champion is refused', async () => {
    const promotion = registry.promote(name(3), change, 2)
    await expect(promotion).rejects.toThrow(ChampionChangedError)
    expect(await champion()).toBe(1)
    await registry.promote(name(3), change, 1)
    expect(await champion()).toBe(3)
    // as after a crash between the promotion and its record elsewhere
    await registry.promote(name(3), change, 1)
  })

  test('a rollback that was decided over another champion is refused', async () => {
    const [before] = await registry.changes()
    await expect(registry.rollback('back', change, 1)).rejects.toThrow(ChampionChangedError)
    expect((await registry.changes())[0]).toEqual(before)
    await registry.rollback('back', change, 3)
    expect(await champion()).toBe(1)
  })
})

describe('retraining', () => {
  const candidate = { ...provenance, retrainingRun: crypto.randomUUID(), variant: 'small' }

  test('publishes a candidate once, however often it is tried', async () => {
    const artifact = { ...projectionArtifact(1), model: 'candidate' }
    const first = await registry.publish(artifact, candidate)
    expect(await registry.publish(artifact, candidate)).toEqual(first)
    const other = await registry.publish(artifact, { ...candidate, variant: 'large' })
    expect(other.version).toBe(first.version + 1)
  })

  test('notes how good a version was found to be', async () => {
    const metrics = { 'ndcg@10': { mean: 0.25, standardError: 0.01 } }
    await registry.recordMetrics({ model: 'candidate', version: 1 }, metrics)
    expect((await registry.manifest({ model: 'candidate', version: 1 })).metrics).toEqual(metrics)
  })

  test('notes how good the baselines were on its held-out ratings', async () => {
    const name = { model: 'candidate', version: 1 }
    expect((await registry.manifest(name)).baselines).toBeNull()
    const baselines = { ease: { 'ndcg@10': { mean: 0.2, standardError: 0.01 } } }
    await registry.recordBaselines(name, baselines)
    expect((await registry.manifest(name)).baselines).toEqual(baselines)
  })
})

test('names hyperparameters of earlier versions as models do now', async () => {
  const stored = { prior: 'kl', noise: 0.2, betaCap: 0.3, latent: 6 }
  const artifact = { ...projectionArtifact(1), model: 'mult-vae', hyperparameters: stored }
  const { model, version } = await registry.publish(artifact, provenance)
  const { hyperparameters } = await registry.manifest({ model, version })
  expect(hyperparameters).toEqual({ maxBeta: 0.3, latent: 6 })
  expect((await registry.load({ model, version })).artifact.hyperparameters).toEqual(hyperparameters)
})

describe('the retention rule', () => {
  const name = (version: number) => ({ model: 'old', version })
  const age = async (key: string) => utimes(join(folder, key), 0, 0)

  test('deletes old weights, never those of a champion, of the one before it, or of one in use', async () => {
    const manifests = []
    for (const tilt of [1, 2, 3, 4, 5, 6, 7])
      manifests.push(await registry.publish({ ...projectionArtifact(tilt), model: 'old' }, provenance))
    for (const { artifact } of manifests) await age(artifact.key)
    await registry.promote(name(1), change)
    await registry.promote(name(2), change)
    const pruned = (await registry.prune(2, [name(4)])).filter(({ model }) => model === 'old')
    expect(pruned.map(({ version }) => version).sort()).toEqual([3, 5])
    for (const { version, artifact } of manifests) {
      const gone = pruned.some((one) => one.version === version)
      await expect(
        access(join(folder, artifact.key)).then(
          () => 'there',
          () => 'gone',
        ),
      ).resolves.toBe(gone ? 'gone' : 'there')
    }
    expect((await registry.manifest(name(3))).prunedAt).toBeInstanceOf(Date)
  })

  test('counts a candidate and its refit as one', async () => {
    const publish = (version: number | null) =>
      registry.publish(
        { ...projectionArtifact(81), model: 'refitted' },
        { ...provenance, ...(version && { refitOf: { version, ratings: 2, epochs: 1 } }) },
      )
    // candidates 1, 2 and 5, and their refits; version 6 has none
    for (const refitOf of [null, null, 1, 2, null, null, 5]) await publish(refitOf)
    const pruned = (await registry.prune(2, [])).filter(({ model }) => model === 'refitted')
    expect(pruned.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4])
  })

  test('a version without weights says so when it is loaded, promoted or gone back to', async () => {
    await expect(registry.load(name(3))).rejects.toThrow('The weights of old@3 were deleted')
    await expect(registry.promote(name(3), change)).rejects.toThrow(UnusableArtifactError)
  })

  test('keeps weights that another version has too, and sweeps what broken publications left', async () => {
    const same = { ...projectionArtifact(70), model: 'shared' }
    const [first] = [await registry.publish(same, provenance), await registry.publish(same, provenance)]
    await store.put('shared/orphan.safetensors', [Uint8Array.of(1)])
    await store.put('shared/publishing.safetensors', [Uint8Array.of(1)])
    await age(first!.artifact.key)
    await age('shared/orphan.safetensors')
    await registry.prune(1, [])
    expect((await registry.manifest({ model: 'shared', version: 1 })).prunedAt).not.toBeNull()
    await registry.load({ model: 'shared', version: 2 })
    const left = (await store.list()).map(({ key }) => key).filter((key) => key.startsWith('shared/'))
    expect(left.sort()).toEqual([first!.artifact.key, 'shared/publishing.safetensors'].sort())
  })
})
