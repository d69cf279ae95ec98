import type { DiscriminatorBalance } from '../../src/evaluation/discriminator-balance.ts'
import { formatSeconds } from '../../src/pages/numbers.ts'
import { type ExpectedCost, minAnnouncedSeconds } from '../../src/training/expected-cost.ts'
import type { EpochReport } from '../../src/training/fitted-model.ts'
import type { LatentReport } from '../../src/training/validate.ts'
import { createProgress, type Progress } from './progress.ts'

export interface EpochProgress {
  /** Shows an epoch; a new label starts a new bar. */
  update(label: string, report: EpochReport): void
  /** Shows the share that is done, from 0 to 1. */
  advance(label: string, share: number): void
  /** Announces a cost of more than a minute. */
  expect(cost: ExpectedCost): void
  /** Those that were announced. */
  readonly expected: readonly ExpectedCost[]
  /** Must be called in a `finally`: the process stays alive until then. */
  finish(): void
}

/** Shows the share of one or more trainings that is done, on stderr, with the last epoch, its loss and its validation metric. */
export function createEpochProgress(): EpochProgress {
  let current:
    | { readonly label: string; readonly progress: Progress; share?: number; detail?: string }
    | undefined
  const expected: ExpectedCost[] = []
  const start = (label: string) => {
    if (current?.label !== label) {
      current?.progress.finish()
      current = { label, progress: createProgress({ label, unit: '%', total: 100 }) }
    }
    return current
  }
  return {
    update: (label, report) => {
      const shown = start(label)
      shown.detail = formatEpoch(report)
      shown.progress.update(100 * (shown.share ?? report.epoch / report.epochs), shown.detail)
    },
    advance: (label, share) => {
      const shown = start(label)
      shown.share = share
      shown.progress.update(100 * share, shown.detail)
    },
    expect: (cost) => {
      if (cost.seconds < minAnnouncedSeconds) return
      expected.push(cost)
      const line = formatExpected(cost)
      if (current) current.progress.note(line)
      else console.error(line)
    },
    expected,
    finish: () => {
      current?.progress.finish()
      current = undefined
    },
  }
}

/** The cost in a sentence. */
export function formatExpected({ model, seconds, bytes }: ExpectedCost): string {
  return `${model} is expected to take ${formatSeconds(seconds)}, less if it stops early, and ${(bytes / 1e9).toFixed(1)} GB of memory`
}

function formatEpoch({ epoch, epochs, loss, seconds, validation, stoppedEarly }: EpochReport): string {
  return [
    stoppedEarly
      ? `stopped early at epoch ${epoch} (best ${stoppedEarly.bestEpoch})`
      : `epoch ${epoch} of ${epochs}, ${formatSeconds(seconds)}`,
    `loss ${loss.toPrecision(5)}`,
    ...(validation ? [`${validation.metric} ${validation.value.toFixed(4)}`] : []),
    ...(validation?.latent ? [formatLatent(validation.latent)] : []),
    ...(validation?.interests
      ? [`${validation.interests.used} of ${validation.interests.count} interests used`]
      : []),
    ...(validation?.clusters
      ? [`${validation.clusters.used} of ${validation.clusters.count} clusters used`]
      : []),
    ...(validation?.discriminator ? [formatDiscriminator(validation.discriminator)] : []),
  ].join(' · ')
}

function formatLatent({ kl, activeUnits, units, hasCollapsed }: LatentReport): string {
  const warning = hasCollapsed ? ', posterior collapse: a smaller maxBeta may help' : ''
  return `KL ${kl.toFixed(1)}, ${activeUnits} of ${units} units active${warning}`
}

function formatDiscriminator({
  accuracy,
  gradientNorm,
  usedComponents,
  components,
}: DiscriminatorBalance): string {
  const used = components === 1 ? '' : `, ${usedComponents} of ${components} components of the prior used`
  return `discriminator right ${(100 * accuracy).toFixed(0)} %, gradient ${gradientNorm.toPrecision(2)}${used}`
}
