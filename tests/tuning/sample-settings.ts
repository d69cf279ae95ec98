import type { ProtocolStudySettings } from '../../src/tuning/study.ts'

export const sampleSettings: ProtocolStudySettings = {
  model: 'mult-vae',
  fixed: {},
  strategy: 'tpe',
  protocol: 'strong-generalization',
  rule: 'hash',
  seed: 4,
  positiveThreshold: 4,
  dataFingerprint: 'f',
  rungs: [1, 3, 9],
}
