import type { DiscriminatorBalance } from '../../src/evaluation/discriminator-balance.ts'
import { formatSeconds } from '../../src/pages/numbers.ts'
import type { EpochReport } from '../../src/training/fitted-model.ts'
import type { LatentReport } from '../../src/training/validate.ts'
import { createProgress, type Progress } from './progress.ts'

export interface EpochProgress {
  /** Shows an epoch; a new label starts a new bar. */
  update(label: string, report: EpochReport): void
  /** Shows the share that is done, from 0 to 1. */
  advance(label: string, share: number): void
  /** Must be called in a `finally`: the process stays alive until then. */
  finish(): void
}

/** Shows the share of one or more trainings that is done, on stderr, with the last epoch, its loss and its validation metric. */
export function createEpochProgress(): EpochProgress {
  let current:
    | { readonly label: string; readonly progress: Progress; share?: number; detail?: string }
    | undefined
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
    finish: () => {
      current?.progress.finish()
      current = undefined
    },
  }
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
