import { describe, expect, test } from 'vitest'
import { catalog } from '../../scripts/results/catalog.ts'
import { writeResults } from '../../scripts/results/markdown.ts'
import type { RunOutcome } from '../../scripts/results/runs.ts'
import { summarize } from '../../scripts/results/summary.ts'
import type { Validation } from '../../src/training/validate.ts'

const section = catalog.find(({ key }) => key === 'ml-1m-strong')!

function outcome(validation?: Omit<Validation, 'metric' | 'value'>): RunOutcome {
  const metrics = { 'ndcg@100': { mean: 0.4, standardError: 0.01 } }
  const report = {
    ...{ metrics, epochs: 3, epochSeconds: 0.5, backend: 'wasm' },
    ...(validation && { validation: { metric: 'ndcg@100', value: 0.4, ...validation } }),
  }
  return { command: '', at: '2026-11-27T00:00:00Z', report: report as unknown as RunOutcome['report'] }
}

/** The page with one row per model, by its outcomes. */
function pageOf(outcomes: Readonly<Record<string, readonly RunOutcome[]>>): string {
  const rows = Object.entries(outcomes).map(([model, measured]) => ({
    row: { model },
    outcomes: measured,
    summary: summarize(section, measured)!,
  }))
  return writeResults([{ section, rows }], {
    metrics: 'results.svg',
    trainingTimes: 'results-training-times.svg',
  })
}

/** The cells of the table under a heading. */
function tableAfter(page: string, heading: string): string[][] {
  const lines = page.slice(page.indexOf(heading)).split('\n')
  const start = lines.findIndex((line) => line.startsWith('|'))
  const end = lines.findIndex((line, n) => n > start && !line.startsWith('|'))
  return lines.slice(start, end).map((line) => line.slice(2, -2).split(' | '))
}

const latent = (kl: number, activeUnits: number) => ({ kl, activeUnits, units: 200, hasCollapsed: false })
const discriminator = { accuracy: 0.913, gradientNorm: 1.24, usedComponents: 1, components: 1 }

describe('the latent spaces in the results', () => {
  test('are means over seeds, with an empty cell for what a model does not have', () => {
    const page = pageOf({
      'mult-vae': [outcome({ latent: latent(10, 100) }), outcome({ latent: latent(11, 120) })],
      'adversarial-autoencoder': [
        outcome({ discriminator: { ...discriminator, usedComponents: 7, components: 10 } }),
      ],
      'macrid-vae': [outcome({ interests: { used: 3, count: 4 } })],
      alice: [outcome({ latent: latent(6.314e13, 91), discriminator })],
    })
    const [head, , ...rows] = tableAfter(page, 'Latent spaces, for')
    expect(head).toEqual([
      ...['model', 'KL', 'active units', 'discriminator accuracy', 'gradient norm'],
      ...['prior components used', 'interests used'],
    ])
    expect(rows).toEqual([
      ['mult-vae', '10.5', '110 of 200', '', '', '', ''],
      ['adversarial-autoencoder', '', '', '91.3 %', '1.2', '7 of 10', ''],
      ['macrid-vae', '', '', '', '', '', '3 of 4'],
      ['alice', '6.3e+13', '91 of 200', '91.3 %', '1.2', '', ''],
    ])
  })

  test('leave out models without one, rows stored without measurements, and columns that no row has', () => {
    const page = pageOf({
      ease: [outcome({})],
      'rec-vae': [outcome()],
      'adversarial-autoencoder': [outcome({ discriminator })],
    })
    const [head, , ...rows] = tableAfter(page, 'Latent spaces, for')
    expect(head).toEqual(['model', 'discriminator accuracy', 'gradient norm'])
    expect(rows.map(([model]) => model)).toEqual(['adversarial-autoencoder'])
    expect(pageOf({ 'rec-vae': [outcome()] })).not.toContain('Latent spaces, for')
  })
})
