import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createPostgresTrainingRuns } from '../../src/training/postgres-training-runs.ts'
import { createPostgresStudies } from '../../src/tuning/postgres-studies.ts'
import { sampleResult } from '../retraining/sample-result.ts'
import { expectAccessible, reasonWithoutBrowser } from './browser.ts'
import { fill, hostile, startConsole } from './console-service.ts'
import { createVisitors } from './visitors.ts'

describe.skipIf(reasonWithoutBrowser)('the runs in a browser', async () => {
  const service = await startConsole({ access: true })
  const { url, database } = service
  const { signIn } = createVisitors(service)
  const runs = createPostgresTrainingRuns(database)
  const at = (path: string) => `${url}/console/runs${path}`
  const newRun = {
    hyperparameters: { epochs: 40, [hostile]: hostile },
    seed: 1,
    dataFingerprint: 'by hand',
    backend: 'cpu',
  }
  const recordEpoch = (id: string, epoch: number) =>
    runs.recordEpoch(id, {
      epoch,
      epochs: 40,
      loss: 1 / epoch,
      seconds: 1,
      validation: {
        metric: 'ndcg@100',
        value: 0.3 + epoch / 100,
        latent: { kl: epoch, activeUnits: 10 * epoch, units: 200, hasCollapsed: false },
      },
    })

  test('are none at first', async () => {
    const { page, errors } = await signIn('read')
    await page.goto(at(''))
    expect(await page.innerText('main')).toContain('No model has been trained yet')
    await expectAccessible(page)
    expect(errors).toEqual([])
  })

  describe('once there are some', () => {
    beforeAll(() => fill(service))

    test('are listed, with names as text', async () => {
      const { page, errors } = await signIn('admin')
      await page.goto(at(''))
      const text = await page.innerText('main')
      expect(text).toContain(hostile)
      expect(text).toContain('projection@2')
      await expectAccessible(page)
      await page.click('a[href*="retrainings/"]')
      expect(await page.innerText('.verdict')).toContain(hostile)
      await expectAccessible(page)
      await page.click('text=Report')
      expect(page.url()).toContain(`/console/reports/${sampleResult.runId}`)
      expect(errors).toEqual([])
    })

    test('show a training while it runs, and its end', async () => {
      const id = await runs.start({ ...newRun, model: 'projection' })
      const { page, errors } = await signIn('read')
      await page.goto(at(`/trainings/${id}`))
      const progress = page.locator('[data-training]')
      expect(await progress.innerText()).toBe('epoch 0 of at most 40 done')
      await recordEpoch(id, 1)
      await progress.getByText('epoch 1 of at most 40 done, loss 1.0000, ndcg@100 0.3100').waitFor()
      await recordEpoch(id, 2)
      await progress.getByText('epoch 2 of at most 40').waitFor()
      // the first epoch has reloaded the page, with validation, loss, KL divergence and active units
      await page.locator('.curve .uplot').nth(3).waitFor()
      await runs.end(id, { status: 'finished', version: 1 })
      await page.getByText('It is finished: 2 epochs done').waitFor()
      expect(await page.innerText('.verdict')).toContain('projection@1')
      expect(await page.innerText('main')).toContain(hostile)
      await expectAccessible(page)
      expect(errors).toEqual([])
    })

    test('add points to the curves without a reload', async () => {
      const id = await runs.start({ ...newRun, model: 'projection' })
      for (const epoch of [1, 2]) await recordEpoch(id, epoch)
      const { page } = await signIn('read')
      await page.goto(at(`/trainings/${id}`))
      await page.evaluate('document.title = "the same page"')
      await recordEpoch(id, 3)
      await page.locator('[data-training]').getByText('epoch 3 of at most 40').waitFor()
      expect(await page.title()).toBe('the same page')
      await runs.end(id, { status: 'failed', error: hostile })
      await page.getByText('It is failed').waitFor()
      expect(await page.innerText('.verdict')).toContain(hostile)
    })

    test('lead to the sign-in page once the session has ended', async () => {
      const id = await runs.start({ ...newRun, model: 'projection' })
      const { page, context } = await signIn('read', {})
      // the page is shown, and the session ends before its events are requested
      await page.route('**/live-run.js', async (route) => {
        await context.clearCookies()
        await route.continue()
      })
      await page.goto(at(`/trainings/${id}`))
      await page.waitForURL('**/console/sign-in?*')
      await runs.end(id, { status: 'finished', version: 1 })
    })

    test('end their events when they cannot be read, and the next request says why', async () => {
      const id = await runs.start({ ...newRun, model: 'projection' })
      const { context } = await signIn('read')
      const [{ name, value } = { name: '', value: '' }] = await context.cookies()
      const follow = () => fetch(at(`/trainings/${id}/events`), { headers: { cookie: `${name}=${value}` } })
      const logged = vi.spyOn(console, 'error')
      onTestFinished(() => logged.mockRestore())
      const response = await follow()
      await database.sql`alter table training_epochs rename to moved`
      try {
        expect(await response.text()).toMatch(/^data: .*\nretry: 1000\n\n$/)
        expect((await follow()).status).toBe(500)
      } finally {
        await database.sql`alter table moved rename to training_epochs`
      }
      // the streams of Hono write errors there, past the log of the service
      expect(logged).not.toHaveBeenCalled()
      await runs.end(id, { status: 'finished', version: 1 })
    })

    test('can be read without JavaScript, and a killed training is not shown as running', async () => {
      const id = await runs.start({ ...newRun, model: 'projection' })
      for (const epoch of [1, 2]) await recordEpoch(id, epoch)
      const { page } = await signIn('read', { javaScriptEnabled: false })
      await page.goto(at(`/trainings/${id}`))
      expect(await page.innerText('.verdict')).toContain('epoch 2 of at most 40 done')
      expect(await page.locator('.curve svg').count()).toBe(4)
      await runs.end(id, { status: 'interrupted', error: 'by hand' })
      await database.sql`update training_runs set status = 'running', finished_at = null where id = ${id}`
      await page.reload()
      expect(await page.innerText('.verdict')).toContain('Its process was killed')
    })

    test('show a search in parallel coordinates', async () => {
      const studies = createPostgresStudies(database)
      const study = await studies.create({
        model: 'ease',
        fixed: {},
        strategy: 'random',
        seed: 1,
        positiveThreshold: 4,
        dataFingerprint: 'by hand',
        rungs: [0],
      })
      const { page, errors } = await signIn('read')
      await page.goto(at(`/studies/${study}`))
      expect(await page.innerText('main')).toContain('No trial has a result yet')
      for (const trial of [0, 1, 2]) {
        await studies.start(study, trial, { regularization: 10 ** (trial + 1) })
        await studies.record(study, trial, 0, {
          epochs: 0,
          bestEpoch: 0,
          validation: { metric: 'ndcg@100', value: 0.3 + trial / 10 },
          ended: true,
          seconds: 1,
        })
      }
      await page.goto(at(`/studies/${study}`))
      expect(await page.innerText('.verdict')).toContain('Trial 2 is the best: ndcg@100 0.5000')
      expect(await page.locator('.drawing').count()).toBe(1)
      await expectAccessible(page)
      await database.sql`update tuning_studies set model = 'a model of before' where id = ${study}`
      await page.goto(at(`/studies/${study}`))
      expect(await page.innerText('main')).toContain('The trials cannot be drawn')
      await database.sql`update tuning_studies set model = 'ease' where id = ${study}`
      await page.goto(at(''))
      expect(await page.innerText('main')).toMatch(/ease\s+ndcg@100\s+3\s+0\.5000/)
      expect(errors).toEqual([])
    })

    test('are unknown by other ids', async () => {
      const { page } = await signIn('read')
      for (const kind of ['trainings', 'retrainings', 'studies'])
        for (const id of ['x', '00000000-0000-0000-0000-000000000000'])
          expect((await page.goto(at(`/${kind}/${id}`)))!.status(), `${kind} ${id}`).toBe(404)
    })
  })
})
