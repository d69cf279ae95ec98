import type { EpochReport } from '../../src/training/fitted-model.ts'
import type { LatentReport } from '../../src/training/validate.ts'
import { createProgress, type Progress } from './progress.ts'

export interface EpochProgress {
  /** Shows an epoch under `label`; a new label starts a new bar. */
  update(label: string, report: EpochReport): void
  /** Shows the share of a computation without epochs that is done. */
  advance(label: string, share: number): void
  /** Must be called in a `finally`: the process stays alive until then. */
  finish(): void
}

/** Shows the epochs, or for models without epochs the share that is done, of one or more trainings on stderr, with loss, validation metric and remaining time. */
export function createEpochProgress(): EpochProgress {
  let current: { readonly label: string; readonly progress: Progress } | undefined
  const start = (label: string, unit: string, total: number): Progress => {
    if (current?.label !== label) {
      current?.progress.finish()
      current = { label, progress: createProgress({ label, unit, total }) }
    }
    return current.progress
  }
  return {
    update: (label, { epoch, epochs, loss, validation, stoppedEarly }) => {
      const metric = validation ? ` · ${validation.metric} ${validation.value.toFixed(4)}` : ''
      const end = stoppedEarly ? ` · stopped early at epoch ${epoch} (best ${stoppedEarly.bestEpoch})` : ''
      start(label, 'epochs', epochs).update(
        epoch,
        `loss ${loss.toPrecision(5)}${metric}${formatLatent(validation?.latent)}${end}`,
      )
    },
    advance: (label, share) => start(label, '%', 100).update(Math.round(100 * share)),
    finish: () => {
      current?.progress.finish()
      current = undefined
    },
  }
}

function formatLatent(latent: LatentReport | undefined): string {
  if (latent === undefined) return ''
  const { kl, activeUnits, units, hasCollapsed } = latent
  const warning = hasCollapsed ? ', posterior collapse: a smaller maxBeta may help' : ''
  return ` · KL ${kl.toFixed(1)}, ${activeUnits} of ${units} units active${warning}`
}
