import { beforeAll, describe, expect, test } from 'vitest'
import type { Definition } from '../../src/experiments/definition.ts'
import { sampleDefinition } from '../experiments/sample-definition.ts'
import { expectAccessible, reasonWithoutBrowser } from './browser.ts'
import { type ConsoleService, hostile, startConsole } from './console-service.ts'
import { createVisitors } from './visitors.ts'

const definition = sampleDefinition({
  name: 'tilted',
  hypothesis: hostile,
  variants: [
    { name: 'control', model: 'projection' },
    { name: 'treatment', model: 'projection', parameters: { diversity: 0.5 } },
  ],
  guardrails: [{ name: 'conversion', kind: 'conversion', event: 'purchase' }],
  minimumDetectableEffect: 0.5,
  testers: { 'a tester': 'treatment' },
})

/** Ten days of lists for new users, of whom those of the treatment click more often; three times as many are in the control if `skewed`. */
async function addExperiment(
  { database: { sql }, experiments: { experiments } }: ConsoleService,
  { name }: Definition,
  skewed = false,
): Promise<void> {
  await experiments.create({ ...definition, name })
  await sql`update experiments set status = 'running', started_at = now() - interval '10 days' where name = ${name}`
  await sql`
    insert into experiment_weights values (${name}, now() - interval '10 days', '{"control": 1, "treatment": 1}')`
  await sql`
    insert into exposures (user_id, request_id, experiment, variant, forced, model, version, history_size, items, served_at)
    select ${name} || ' user ' || n, ${name} || ' ' || n, ${name},
      case when n % ${skewed ? 4 : 2} = 0 then 'treatment' else 'control' end,
      false, 'projection', 1, n % 30, array['a', 'b'], now() - make_interval(days => n / 4 % 10, mins => 30)
    from generate_series(1, 4000) n`
  await sql`
    insert into feedback (id, type, request_id, item_id, value, at)
    select request_id, 'click', request_id, 'a', 1, served_at + interval '1 minute' from exposures
    where experiment = ${name} and hashtext(request_id) % 100 between 0 and case variant when 'control' then 20 else 40 end`
}

describe.skipIf(reasonWithoutBrowser)('the experiments in a browser', async () => {
  const service = await startConsole({ access: true })
  const { url, experiments } = service
  const { signIn } = createVisitors(service)
  const at = (path: string) => `${url}/console/experiments${path}`

  beforeAll(async () => {
    await service.train()
  })

  test('have a form for the first, with the models that serve', async () => {
    const { page, errors } = await signIn('admin')
    await page.goto(at(''))
    expect(await page.innerText('main')).toContain('There are no experiments yet.')
    await expectAccessible(page)
    expect(JSON.parse(await page.inputValue('textarea'))).toMatchObject({
      variants: [{ model: 'projection' }, { model: 'mult-vae' }],
    })
    await page.fill('textarea', JSON.stringify({ ...definition, name: 'first' }))
    await page.click('form[action$=experiments] button')
    expect(page.url()).toBe(at('/first'))
    expect(await page.innerText('.verdict')).toContain('It is a draft')
    await expectAccessible(page)
    expect(errors).toEqual([])
  })

  test('are refused with the problems of their definitions', async () => {
    const { page } = await signIn('admin')
    const refusalOf = async (text: string) => {
      await page.goto(at(''))
      await page.fill('textarea', text)
      await page.click('form[action$=experiments] button')
      return page.innerText('main')
    }
    expect(await refusalOf('{')).toContain('It is not JSON')
    expect(await refusalOf('{"name": "Upper case"}')).toContain('must be lower-case letters')
    expect(await refusalOf(JSON.stringify({ ...definition, name: 'first' }))).toContain('already exists')
  })

  test('start, change their weights and stop', async () => {
    const { page, errors } = await signIn('admin')
    await page.goto(at('/first'))
    await page.click('form[action$=start] button')
    expect((await experiments.experiments.find('first')).status).toBe('running')
    await page.fill('[name="weight treatment"]', '3')
    await page.click('form[action$=weights] button')
    const { definition, weights } = await experiments.experiments.find('first')
    expect(definition.variants.map(({ weight }) => weight)).toEqual([1, 3])
    expect(weights.map((split) => split.weights)).toEqual([
      { control: 1, treatment: 1 },
      { control: 1, treatment: 3 },
    ])
    await page.check('[name=confirmed]')
    await page.click('form[action$=stop] button')
    expect((await experiments.experiments.find('first')).status).toBe('stopped')
    expect(await page.innerText('main')).toContain('A stopped experiment cannot be changed')
    expect(errors).toEqual([])
  })

  test('are changed only in ways that the command line allows', async () => {
    const { page, context } = await signIn('admin')
    await page.goto(at(''))
    const token = await page.inputValue('.sign-out [name=token]')
    const send = async (path: string, form: Record<string, string>) => {
      const response = await context.request.post(at(path), { form: { token, ...form } })
      return [response.status(), await response.text()]
    }
    expect(await send('/first/start', {})).toEqual([409, expect.stringContaining('was stopped')])
    expect(await send('/first/stop', {})).toEqual([400, expect.stringContaining('check the box')])
    expect(await send('/none/start', {})).toEqual([404, expect.stringContaining('There is no experiment')])
    const form = { 'weight control': '1', 'weight treatment': '-1' }
    await experiments.experiments.create({ ...definition, name: 'second' })
    expect(await send('/second/weights', form)).toEqual([
      409,
      expect.stringContaining('A weight cannot be used'),
    ])
    const foreign = await context.request.post(at('/second/start'), { form: { token: 'of another session' } })
    expect(foreign.status()).toBe(403)
    expect((await experiments.experiments.find('second')).status).toBe('draft')
  })

  test('show the check of the split before the lift, and the lift over time', async () => {
    await addExperiment(service, { ...definition, name: 'tilted' })
    const { page, errors } = await signIn('admin')
    expect((await page.goto(at('/tilted')))!.status()).toBe(200)
    const text = await page.innerText('main')
    expect(await page.innerText('.verdict')).toMatch(/^treatment is better than control in clicks, by \+/)
    expect(text).toContain(hostile)
    expect(text.indexOf('Users split as configured')).toBeLessThan(text.indexOf('Confidence sequence'))
    expect(text).toMatch(/control\s+projection\s+1\s+2,000\s+2,000/)
    expect(await page.locator('.drawing').count()).toBe(1)
    await expectAccessible(page)
    expect(errors).toEqual([])
  })

  test('give no verdict where the split is not as configured', async () => {
    await addExperiment(service, { ...definition, name: 'skewed' }, true)
    const { page } = await signIn('admin')
    await page.goto(at('/skewed'))
    expect(await page.innerText('.verdict')).toContain('No verdict: sample-ratio mismatch')
    expect(await page.innerText('main')).toMatch(/Users split as configured\s+no/)
    await page.goto(at(''))
    expect(await page.locator('tbody tr').count()).toBe(4)
    await expectAccessible(page)
  })

  test('are shown to admin keys only, because they name their testers', async () => {
    const { page } = await signIn('read')
    expect((await page.goto(at('/tilted')))!.status()).toBe(403)
    expect(await page.innerText('main')).toContain('requires a key with the scope admin')
    expect(await page.innerText('nav')).not.toContain('Experiments')
  })
})
