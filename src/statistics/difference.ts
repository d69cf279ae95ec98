import type { Estimate } from './estimate.ts'
import type { Sample } from './sample.ts'

/** How much larger the mean of `treatment` is than that of `control`, two independent samples. */
export function difference(control: Sample, treatment: Sample): Estimate {
  return {
    mean: treatment.mean - control.mean,
    standardError: Math.sqrt(control.variance / control.size + treatment.variance / treatment.size),
  }
}
