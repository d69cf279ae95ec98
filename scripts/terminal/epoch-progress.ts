import type { EpochReport } from '../../src/training/fit.ts'
import type { LatentReport } from '../../src/training/validate.ts'
import { createProgress, type Progress } from './progress.ts'

export interface EpochProgress {
  /** Shows an epoch under `label`; another label than before begins a new step. */
  update(label: string, report: EpochReport): void
  /** Call it in a `finally`: until then the process stays alive. */
  finish(): void
}

/** Shows the epochs of one or more trainings on stderr, with loss, validation metric and the time that is left. */
export function createEpochProgress(): EpochProgress {
  let current: { readonly label: string; readonly progress: Progress } | undefined
  return {
    update: (label, { epoch, epochs, loss, validation }) => {
      if (current?.label !== label) {
        current?.progress.finish()
        current = { label, progress: createProgress({ label, unit: 'epochs', total: epochs }) }
      }
      const metric = validation ? ` · ${validation.metric} ${validation.value.toFixed(4)}` : ''
      current.progress.update(
        epoch,
        `loss ${loss.toPrecision(5)}${metric}${describeLatent(validation?.latent)}`,
      )
    },
    finish: () => {
      current?.progress.finish()
      current = undefined
    },
  }
}

function describeLatent(latent: LatentReport | undefined): string {
  if (latent === undefined) return ''
  const { kl, activeUnits, units, hasCollapsed } = latent
  const warning = hasCollapsed ? ', posterior collapse: a smaller maxBeta may help' : ''
  return ` · KL ${kl.toFixed(1)}, ${activeUnits} of ${units} units active${warning}`
}
