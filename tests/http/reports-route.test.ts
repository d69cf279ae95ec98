import { beforeAll, describe, expect, test } from 'vitest'
import { renderRetrainingReport } from '../../src/retraining/report/report-page.ts'
import { sampleResult } from '../retraining/sample-result.ts'
import { createTestApp } from './test-app.ts'

const { app, database, reports } = await createTestApp()
const { runId } = sampleResult
const html = renderRetrainingReport(sampleResult)

beforeAll(async () => {
  const { outcome, config, cold, backend, by, finishedAt } = sampleResult
  await database.sql`
    insert into retraining_runs (id, status, outcome, config, cold, backend, by, finished_at)
    values (${runId}, 'finished', ${outcome}, ${JSON.stringify(config)}, ${cold}, ${backend}, ${by}, ${finishedAt})`
  await reports.save({ result: sampleResult, html })
})

describe('a report', () => {
  test('is a page that runs no scripts, loads nothing and has its own styles', async () => {
    const response = await app.request(`/reports/${runId}`)
    expect(response.headers.get('Content-Type')).toContain('text/html')
    expect(response.headers.get('Content-Security-Policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    )
    expect(await response.text()).toBe(html)
  })

  test.each([
    ['with .json after the id', `/reports/${runId}.json`, 'text/html'],
    ['where Accept prefers it', `/reports/${runId}`, 'application/json, text/html;q=0.5'],
  ])('is JSON %s', async (_, address, accept) => {
    const response = await app.request(address, { headers: { Accept: accept } })
    expect(response.headers.get('Content-Type')).toContain('application/json')
    expect(await response.json()).toEqual(sampleResult)
  })

  test('is a page for a browser, which also accepts other types', async () => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
    const response = await app.request(`/reports/${runId}`, { headers: { Accept: accept } })
    expect(response.headers.get('Content-Type')).toContain('text/html')
    expect(response.headers.get('Vary')).toBe('Accept')
  })

  test('of an unknown run is not found', async () => {
    const response = await app.request('/reports/00000000-0000-4000-8000-000000000000')
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ type: 'urn:problem-type:palate:unknown-report' })
    expect((await app.request('/reports/latest')).status).toBe(400)
  })

  test('no longer shows an erased user, and keeps the order of the others', async () => {
    const [erased, ...others] = sampleResult.examples
    const erasure = await app.request(`/users/${erased!.userId}`, { method: 'DELETE' })
    expect(await erasure.json()).toMatchObject({ changedReports: 1 })
    const { result, html } = await reports.find(runId)
    expect(result.examples).toEqual(others)
    expect(html).toBe(renderRetrainingReport(result))
    expect(html).not.toContain(`User ${erased!.userId} `)
  })
})
