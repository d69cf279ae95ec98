import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { formatResult, summarizeResult } from '../../../scripts/retrain/format.ts'
import { formatDefault } from '../../../src/retraining/promote/choose-default.ts'
import { renderRetrainingReport } from '../../../src/retraining/report/report-page.ts'
import { candidatesWorseThanBaselines } from '../../../src/retraining/report/worse-than-baselines.ts'
import type { RetrainingResult } from '../../../src/retraining/result.ts'
import { sampleResult } from '../sample-result.ts'

function read(result: RetrainingResult) {
  const page = renderRetrainingReport(result)
  const { document } = parseHTML(page)
  return { page, document }
}

const { page, document } = read(sampleResult)

/** The cells of the table that follows a heading, by row. */
function rowsAfter(heading: string): string[][] {
  const all = [...document.querySelectorAll('h2, h3, table')]
  const at = all.findIndex(({ tagName, textContent }) => tagName !== 'TABLE' && textContent === heading)
  const table = all.slice(at).find(({ tagName }) => tagName === 'TABLE')!
  return [...table.querySelectorAll('tr')].map((row) =>
    [...row.children].map(({ textContent }) => textContent!),
  )
}

describe('the report of a retraining', () => {
  test('says what came of it before anything else', () => {
    const [first] = document.body.children
    expect(first!.textContent).toBe(
      `Promoted: ${sampleResult.reason} ${formatDefault(sampleResult.defaultChoice!)}`,
    )
    expect(first!.classList.contains('alarm')).toBe(false)
  })

  test('says at once that a baseline is better than every champion', () => {
    const warning = 'ease is better than every champion.'
    const defaultChoice = { ...sampleResult.defaultChoice!, warning }
    const warned = read({ ...sampleResult, defaultChoice }).document
    expect(warned.querySelector('h1.alarm')!.textContent).toMatch(new RegExp(`${warning}$`))
  })

  test('says next which candidates are worse than biases or popularity', () => {
    expect(document.querySelectorAll('p.alarm')).toHaveLength(0)
    const better = (mean: number) => ({ mean, low: mean, high: mean })
    const [popularity, ...others] = sampleResult.baselines
    const metrics = { 'ndcg@100': better(0.5), rmse: better(0.1) }
    const figures = { ...popularity!.figures, metrics }
    const baselines = [{ model: 'popularity', figures }, { model: 'bias', figures }, ...others]
    const result = { ...sampleResult, baselines }
    const findings = candidatesWorseThanBaselines(result)
    expect(findings).toContain('mult-vae@2 ranks worse than popularity: ndcg@100 0.4120 against 0.5000')
    expect(findings).toContainEqual(
      expect.stringMatching(/^i-autorec@2 \(deep\) predicts ratings worse than bias: rmse/),
    )
    const shown = [...read(result).document.querySelectorAll('p.alarm')]
    expect(shown.map(({ textContent }) => textContent)).toEqual(findings.map((finding) => `${finding}.`))
    expect(formatResult(result, 'report.html').split('\n')).toEqual(expect.arrayContaining(findings))
    expect(summarizeResult(result, 'report.html').worseThanBaselines).toEqual(findings)
  })

  test('sets the checks of a refit apart from those of its candidate', () => {
    const rows = rowsAfter('Refit on all ratings')
    expect(rows.at(-1)!.slice(0, 4)).toEqual(['mult-vae@2', 'mult-vae@3', 'refit', 'yes'])
  })

  test('sets candidates beside champions and baselines, each with its interval', () => {
    const [head, ...rows] = rowsAfter('Metrics')
    expect(head).toEqual(['Model', 'Role', 'ndcg@100', 'ndcg@10', 'recall@20', 'rmse'])
    expect(rows.map(([name, role]) => `${name} ${role}`)).toEqual([
      'mult-vae@2 candidate',
      'mult-vae@1 champion',
      'i-autorec@2 (deep) candidate',
      'i-autorec@1 champion',
      'popularity baseline',
      'ease baseline',
    ])
    expect(rows[0]![2]).toBe('0.41200.3920 … 0.4320')
    expect(rows[0]![5]).toBe('–')
  })

  test('draws no decile of fewer than 20 users, and says so', () => {
    const [candidate] = sampleResult.candidates
    const figures = candidate!.figures!
    const byPopularity = figures.byPopularity.map((segment, n) => ({ ...segment, users: n < 8 ? 20 : 19 }))
    const few = { ...candidate!, figures: { ...figures, byPopularity }, champion: null }
    const { document } = read({ ...sampleResult, candidates: [few] })
    const plot = document.querySelector('svg[aria-label="ndcg@100 by popularity decile"]')!
    expect(plot.querySelectorAll('g[aria-label=dot] path, g[aria-label=dot] circle')).toHaveLength(8)
    expect(document.body.textContent).toContain('fewer than 20 users have targets in them: deciles 9, 10.')
  })

  test('draws no plot without a decile of 20 users, which would be empty', () => {
    const [candidate] = sampleResult.candidates
    const figures = candidate!.figures!
    const byPopularity = figures.byPopularity.map((segment) => ({ ...segment, users: 19 }))
    const few = { ...candidate!, figures: { ...figures, byPopularity }, champion: null }
    const { document } = read({ ...sampleResult, candidates: [few] })
    expect(document.querySelector('svg[aria-label$="by popularity decile"]')).toBeNull()
    expect(document.body.textContent).toContain('fewer than 20 users have targets in them: deciles 1, 2')
  })

  test('shows every decile of both measures for candidate and champion', () => {
    const plots = [...document.querySelectorAll('svg[aria-label$="by popularity decile"]')]
    expect(plots).toHaveLength(4)
    for (const plot of plots) expect(plot.querySelectorAll('[aria-label=dot] path')).toHaveLength(20)
  })

  test('shows why each candidate did not become champion', () => {
    const decisions = rowsAfter('Decisions').slice(1)
    expect(decisions.map(([, decision]) => decision)).toEqual(['promoted', 'rejected', 'failed'])
    expect(decisions[2]![2]).toContain('learning rate below 0.1')
  })

  test('puts the slowest step first', () => {
    expect(rowsAfter('Duration of the steps')[1]!.slice(0, 3)).toEqual([
      'training of i-autorec',
      '1 min 2 s',
      '53.5 %',
    ])
  })

  test('marks later positives and what is new in the lists', () => {
    const [user] = document.querySelectorAll('section.example')
    const [, before, after] = user!.querySelectorAll('ol')
    expect(before!.querySelectorAll('.hit')).toHaveLength(1)
    expect(
      [...after!.querySelectorAll('small')].map(({ parentNode }) => parentNode!.textContent),
    ).toHaveLength(3)
  })

  test('draws nothing that is not a number', () => {
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/)
  })

  test('takes no title, id, reason or error for HTML', () => {
    const attack = '<script>alert("no")</script>'
    const [candidate] = sampleResult.candidates
    const [example] = sampleResult.examples
    const shown = { itemId: attack, title: attack, isTarget: true }
    const attacked = read({
      ...sampleResult,
      reason: attack,
      defaultChoice: null,
      by: attack,
      candidates: [{ ...candidate!, variant: attack, error: attack }],
      examples: [{ ...example!, userId: attack, history: [shown], before: [shown], after: [shown] }],
      checks: [{ name: attack, passed: false, finding: attack }],
      timings: [{ step: attack, seconds: 1 }],
    })
    expect(attacked.document.querySelectorAll('script')).toHaveLength(0)
    expect(attacked.document.querySelector('h1')!.textContent).toBe(`Promoted: ${attack}`)
    expect(attacked.document.querySelector('ol li')!.textContent).toContain(attack)
  })

  test('of a first run and of a stopped one shows what there is', () => {
    const stopped = read({
      ...sampleResult,
      outcome: 'stopped',
      reason: 'no ratings came in since 2026-03-02',
      snapshot: { ...sampleResult.snapshot, drift: null },
      period: null,
      candidates: [],
      baselines: [],
      defaultChoice: null,
      examples: [],
      timings: [],
    })
    expect(stopped.document.querySelector('h1.alarm')!.textContent).toBe(
      'Stopped: no ratings came in since 2026-03-02',
    )
    const headings = [...stopped.document.querySelectorAll('h2')].map(({ textContent }) => textContent)
    expect(headings).toEqual(['Data checks', 'Data', 'Configuration'])
  })
})
