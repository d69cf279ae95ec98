import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { AbortError } from '../../src/recommender/inference/inference.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import {
  LiveChampions,
  ModelUnavailableError,
  NoChampionError,
  UnknownModelError,
} from '../../src/recommender/live-champions.ts'
import { recommend } from '../../src/recommender/recommend.ts'
import { defaultOptions } from '../../src/recommender/recommendation-options.ts'
import type { ServedModel } from '../../src/recommender/served-model.ts'
import type { Artifact } from '../../src/registry/artifact.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { openProjection, projectionArtifact } from '../registry/projection-model.ts'
import { createTestRegistry, provenance } from '../registry/test-registry.ts'

const database = await createTestDatabase()
const { registry, folder } = await createTestRegistry(database)
const opened: ReturnType<typeof openProjection>[] = []
const open = (artifact: Artifact) => {
  const scorer = openProjection({ ...artifact, model: 'projection' })
  opened.push(scorer)
  return scorer
}
const live = () => new LiveChampions({ registry, open: localInference(open), log: pino({ level: 'silent' }) })
const versionOf = async ({ manifest }: ServedModel) => manifest.version

async function publish(model: string, tilt = 0): Promise<{ model: string; version: number; key: string }> {
  const { version, artifact } = await registry.publish({ ...projectionArtifact(tilt), model }, provenance)
  return { model, version, key: artifact.key }
}

async function publishAndPromote(model: string, tilt = 0): Promise<{ model: string; version: number }> {
  const name = await publish(model, tilt)
  await registry.promote(name, { by: 'a test', reason: 'to serve' })
  return name
}

afterEach(async () => {
  await database.sql`truncate champions, champion_changes`
  opened.length = 0
  vi.useRealTimers()
})

describe('using a champion', () => {
  test('before the registry is read, no model is available', async () => {
    await expect(live().use(undefined, versionOf)).rejects.toThrow(ModelUnavailableError)
  })

  test('before a model is trained, the error says how to train one', async () => {
    const champions = live()
    await champions.refresh()
    await expect(champions.use(undefined, versionOf)).rejects.toThrow(NoChampionError)
    await expect(champions.use('mult-vae', versionOf)).rejects.toThrow('npm run train')
  })

  test('the default champion serves by default, the others by name', async () => {
    await publishAndPromote('first')
    await publishAndPromote('second')
    const champions = live()
    await champions.refresh()
    const nameOf = async ({ manifest }: ServedModel) => manifest.model
    expect(await champions.use(undefined, nameOf)).toBe('first')
    expect(await champions.use('second', nameOf)).toBe('second')
    await expect(champions.use('third', nameOf)).rejects.toThrow(UnknownModelError)
    await expect(champions.use('third', nameOf)).rejects.toThrow('first, second')
    await champions.close()
  })
})

describe('any version', () => {
  test('is opened for a task and then freed, one at a time; a version that serves is used as it is', async () => {
    const champion = await publishAndPromote('compared', 0.1)
    const other = await publish('compared', 0.2)
    const third = await publish('compared', 0.3)
    const champions = live()
    await champions.refresh()
    expect(await champions.useVersion(champion, versionOf)).toBe(champion.version)
    expect(opened).toHaveLength(1)
    const openNow = () => opened.filter(({ disposed }) => !disposed).length
    const used = await Promise.all(
      [other, third].map((version) =>
        champions.useVersion(version, async ({ manifest }) => ({
          version: manifest.version,
          open: openNow(),
        })),
      ),
    )
    expect(used).toEqual([other, third].map(({ version }) => ({ version, open: 2 })))
    expect(openNow()).toBe(1)
    const canceled = new AbortController()
    const before = opened.length
    // the server of Node gives a text as the reason
    const running = champions.useVersion(other, async () => canceled.abort('disconnected'))
    await expect(champions.useVersion(third, versionOf, canceled.signal)).rejects.toThrow(AbortError)
    await running
    expect(opened.length - before).toBe(1)
    await expect(champions.useVersion({ model: 'compared', version: 99 }, versionOf)).rejects.toThrow(
      /no version/,
    )
    await expect(
      champions.useVersion(other, async () => Promise.reject(new Error('the task'))),
    ).rejects.toThrow('the task')
    expect(await champions.useVersion(other, versionOf)).toBe(other.version)
    expect(openNow()).toBe(1)
    await champions.close()
  })
})

describe('a pinned version', () => {
  test('serves by its name besides the champion until it is unpinned, and is then freed', async () => {
    const pinned = await publish('pinning', 1)
    await publishAndPromote('pinning', 2)
    let wanted = [pinned]
    const options = { registry, open: localInference(open), log: pino({ level: 'silent' }) }
    const champions = new LiveChampions({ ...options, pinned: () => wanted })
    await champions.refresh()
    const name = `pinning@${pinned.version}`
    expect(await champions.use(name, versionOf)).toBe(pinned.version)
    expect(await champions.use('pinning', versionOf)).toBe(pinned.version + 1)
    expect(champions.list()).toHaveLength(1)
    wanted = []
    await champions.refresh()
    await expect(champions.use(name, versionOf)).rejects.toThrow(UnknownModelError)
    expect(opened.map(({ disposed }) => disposed).sort()).toEqual([false, true])
    await champions.close()
  })
})

describe('a change of champion', () => {
  test('of the default takes effect once the new default is loaded', async () => {
    await publishAndPromote('before')
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const openFast = localInference(open)
    const champions = new LiveChampions({
      registry,
      log: pino({ level: 'silent' }),
      open: async (artifact) => {
        if (artifact.model === 'after') await released
        return openFast(artifact)
      },
    })
    await champions.refresh()
    await publishAndPromote('after')
    await registry.makeDefault('after', { by: 'a test', reason: 'to serve' })
    const refreshing = champions.refresh()
    const nameOf = async ({ manifest }: ServedModel) => manifest.model
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await champions.use(undefined, nameOf)).toBe('before')
    release()
    await refreshing
    expect(await champions.use(undefined, nameOf)).toBe('after')
    await champions.close()
  })

  test('takes effect at the next refresh; the old version is freed', async () => {
    const { version } = await publishAndPromote('changing')
    const champions = live()
    await champions.refresh()
    await publishAndPromote('changing', 1)
    expect(await champions.use('changing', versionOf)).toBe(version)
    await champions.refresh()
    expect(await champions.use('changing', versionOf)).toBe(version + 1)
    expect(opened.map(({ disposed }) => disposed)).toEqual([true, false])
    await champions.close()
    expect(opened.map(({ disposed }) => disposed)).toEqual([true, true])
  })

  test('takes effect without a call of refresh while following', async () => {
    await publishAndPromote('followed')
    const champions = live()
    await champions.follow(5)
    const { version } = await publishAndPromote('followed', 1)
    await expect.poll(() => champions.use('followed', versionOf)).toBe(version)
    await champions.close()
  })

  test('frees the old version after its last request has ended', async () => {
    await publishAndPromote('leased')
    const champions = live()
    await champions.refresh()
    let end = () => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    const request = champions.use('leased', async (model) => {
      await ended
      return recommend(model, [{ itemId: 'a', value: 1 }], { ...defaultOptions, k: 1 })
    })
    await publishAndPromote('leased', 1)
    await champions.refresh()
    expect(opened[0]!.disposed).toBe(false)
    end()
    expect((await request).items).toEqual([{ itemId: 'b', score: 0.5 }])
    expect(opened[0]!.disposed).toBe(true)
    await champions.close()
  })

  test('fails no concurrent request, and each result is from one version', async () => {
    await publishAndPromote('busy', 0)
    const champions = live()
    await champions.refresh()
    // Version v gives b the score 0.5 + (v − 1)², for a's projection is (1, v − 1) and b's (0.5, v − 1).
    const useChampion = () =>
      champions.use('busy', async (model) => {
        const { items } = await recommend(model, [{ itemId: 'a', value: 1 }], { ...defaultOptions, k: 3 })
        const score = items.find(({ itemId }) => itemId === 'b')?.score
        expect(score).toBe(0.5 + (model.manifest.version - 1) ** 2)
        return model.manifest.version
      })
    let swapping = true
    const asker = async () => {
      const seen = new Set<number>()
      for (; swapping; await new Promise(setImmediate)) seen.add(await useChampion())
      return seen
    }
    const askers = Promise.all([asker(), asker(), asker()])
    for (let tilt = 1; tilt <= 10; tilt++) {
      await publishAndPromote('busy', tilt)
      await champions.refresh()
    }
    swapping = false
    for (const seen of await askers) expect(seen.size).toBeGreaterThan(1)
    expect(opened.filter(({ disposed }) => !disposed)).toHaveLength(1)
    await champions.close()
  })

  test('to none takes the model away', async () => {
    await publishAndPromote('withdrawn')
    await publishAndPromote('stays')
    const champions = live()
    await champions.refresh()
    await database.sql`delete from champions where model = 'withdrawn'`
    await champions.refresh()
    await expect(champions.use('withdrawn', versionOf)).rejects.toThrow(UnknownModelError)
    await expect(champions.use(undefined, versionOf)).rejects.toThrow('name one of stays')
    await champions.close()
  })
})

describe('a champion that cannot be loaded', () => {
  async function promoteDamaged(model: string) {
    const name = await publish(model, 7)
    const path = join(folder, name.key)
    const whole = await readFile(path)
    await writeFile(path, whole.subarray(1))
    await registry.promote(name, { by: 'a test', reason: 'to fail' })
    return { version: name.version, repair: () => writeFile(path, whole) }
  }

  test('leaves the old version in its place, and all others alone', async () => {
    const { version } = await publishAndPromote('broken')
    await publishAndPromote('sound')
    const champions = live()
    await champions.refresh()
    const damaged = await promoteDamaged('broken')
    await champions.refresh()
    expect(await champions.use('broken', versionOf)).toBe(version)
    await champions.use('sound', versionOf)
    const broken = champions.list().find(({ champion }) => champion.model === 'broken')
    expect(broken?.champion.version).toBe(damaged.version)
    expect(broken?.serving?.manifest.version).toBe(version)
    await champions.close()
  })

  test('is named by the error while others serve', async () => {
    await publishAndPromote('healthy')
    const { version } = await promoteDamaged('ill')
    const champions = live()
    await champions.refresh()
    await expect(champions.use('ill', versionOf)).rejects.toThrow(ModelUnavailableError)
    await expect(champions.use('ill', versionOf)).rejects.toThrow(`ill@${version}`)
    await champions.use('healthy', versionOf)
    await champions.close()
  })

  test('is tried again after half a minute', async () => {
    const { version, repair } = await promoteDamaged('mended')
    const champions = live()
    await champions.refresh()
    await repair()
    await champions.refresh()
    await expect(champions.use('mended', versionOf)).rejects.toThrow(ModelUnavailableError)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 })
    await champions.refresh()
    expect(await champions.use('mended', versionOf)).toBe(version)
    await champions.close()
  })
})
