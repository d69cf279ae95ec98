import { expect, test } from 'vitest'
import { evaluationAtTraining } from '../../../src/console/overview/evaluation.ts'
import type { Manifest } from '../../../src/registry/registry.ts'
import { provenance } from '../../registry/test-registry.ts'

const metric = (mean: number) => ({ 'ndcg@100': { mean, standardError: 0.01 } })
const version: Manifest = {
  ...provenance,
  ...{ model: 'mult-vae', version: 3, hyperparameters: {}, metrics: metric(0.4), baselines: null },
  ...{ artifact: { key: 'k', sha256: 's', bytes: 1 }, prunedAt: null, createdAt: new Date(0) },
}
const ease: Manifest = { ...version, model: 'ease', version: 1, metrics: metric(0.3) }
const means = (evaluation: ReturnType<typeof evaluationAtTraining>) =>
  evaluation?.baselines.map(({ name, summary }) => [name, summary.mean])

test('a version is compared with the baselines that were evaluated with it, by interval', () => {
  const trained = { ...version, baselines: { popularity: metric(0.2), 'item-knn': metric(0.35) } }
  const evaluation = evaluationAtTraining(trained, [trained])!
  expect(means(evaluation)).toEqual([
    ['item-knn', 0.35],
    ['popularity', 0.2],
  ])
  expect(evaluation.baselines[0]!.summary).toEqual({
    mean: 0.35,
    low: expect.closeTo(0.3304, 10),
    high: expect.closeTo(0.3696, 10),
  })
  expect(evaluation.model.name).toBe('mult-vae@3')
})

test('baselines that are versions of the same ratings count where none was evaluated with the version', () => {
  expect(means(evaluationAtTraining(version, [ease]))).toEqual([['ease@1', 0.3]])
  const trained = { ...version, baselines: { ease: metric(0.31) } }
  expect(means(evaluationAtTraining(trained, [ease]))).toEqual([['ease', 0.31]])
  expect(evaluationAtTraining(version, [{ ...ease, dataFingerprint: 'other' }])).toBeNull()
})
