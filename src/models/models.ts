// All models; each states its own name.
import { adversarialAutoencoder } from './adversarial-autoencoder.ts'
import { alice } from './alice.ts'
import { iAutoRec } from './autorec/i-autorec.ts'
import { uAutoRec } from './autorec/u-autorec.ts'
import { uiAutoRec } from './autorec/ui-autorec.ts'
import { bias } from './bias.ts'
import { defineBlend } from './blend.ts'
import { cfNade } from './cf-nade.ts'
import { contractiveAutoencoder } from './contractive-autoencoder.ts'
import { elsa } from './elsa.ts'
import { gfCf } from './gf-cf.ts'
import { ials } from './ials.ts'
import { itemKnn } from './item-knn.ts'
import { linearAutoencoder } from './linear-autoencoder.ts'
import { macridVae } from './macrid-vae/macrid-vae.ts'
import type { Model } from './model.ts'
import { multDae } from './mult-dae.ts'
import { multVae } from './mult-vae.ts'
import { popularity } from './popularity.ts'
import { ppca } from './ppca/ppca.ts'
import { recVae } from './rec-vae/rec-vae.ts'
import { dan, dlae, ease, edlae, rdlae, ridge } from './ridge.ts'
import { sparseAutoencoder } from './sparse-autoencoder.ts'
import { sparseEase } from './sparse-ease/sparse-ease.ts'
import { wassersteinAutoencoder } from './wasserstein-autoencoder.ts'

const parts = [
  uAutoRec,
  iAutoRec,
  uiAutoRec,
  multVae,
  multDae,
  recVae,
  macridVae,
  linearAutoencoder,
  sparseAutoencoder,
  contractiveAutoencoder,
  wassersteinAutoencoder,
  adversarialAutoencoder,
  alice,
  cfNade,
  ppca,
  ease,
  dlae,
  edlae,
  rdlae,
  dan,
  ridge,
  sparseEase,
  gfCf,
  elsa,
  ials,
  itemKnn,
  popularity,
  bias,
] as const

const definedModels = [
  ...parts,
  defineBlend('blend', parts, ['rec-vae', 'ridge']),
  // after VASP: Vančura and Kordík, "Deep variational autoencoder with shallow parallel path for top-N recommendation", 2021
  defineBlend('rec-vae-edlae', parts, ['rec-vae', 'edlae']),
] as const

export const models: readonly Model[] = definedModels

export type ModelName = (typeof definedModels)[number]['name']

export const modelNames: readonly ModelName[] = definedModels.map(({ name }) => name)

/** @throws RangeError when no model has this name, listing the names. */
export function findModel(name: string): Model {
  const model = models.find((model) => model.name === name)
  if (!model) throw new RangeError(`There is no model '${name}'; there are ${modelNames.join(', ')}`)
  return model
}
