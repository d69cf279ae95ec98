// Every kind of model by name.
import { iAutoRec } from './autorec/i-autorec.ts'
import { uAutoRec } from './autorec/u-autorec.ts'
import { uiAutoRec } from './autorec/ui-autorec.ts'
import { bias } from './bias.ts'
import { contractiveAutoencoder } from './contractive-autoencoder.ts'
import { ease } from './ease.ts'
import { edlae } from './edlae.ts'
import { ials } from './ials.ts'
import { itemKnn } from './item-knn.ts'
import { linearAutoencoder } from './linear-autoencoder.ts'
import type { Model } from './model.ts'
import { multDae } from './mult-dae.ts'
import { multVae } from './mult-vae.ts'
import { popularity } from './popularity.ts'
import { ppca } from './ppca/ppca.ts'
import { recVae } from './rec-vae/rec-vae.ts'
import { recVaeEdlae } from './rec-vae-edlae.ts'
import { sparseAutoencoder } from './sparse-autoencoder.ts'
import { wassersteinAutoencoder } from './wasserstein-autoencoder.ts'

export const models = Object.freeze({
  'u-autorec': uAutoRec,
  'i-autorec': iAutoRec,
  'ui-autorec': uiAutoRec,
  'mult-vae': multVae,
  'mult-dae': multDae,
  'rec-vae': recVae,
  'rec-vae-edlae': recVaeEdlae,
  'linear-autoencoder': linearAutoencoder,
  'sparse-autoencoder': sparseAutoencoder,
  'contractive-autoencoder': contractiveAutoencoder,
  'wasserstein-autoencoder': wassersteinAutoencoder,
  ppca,
  ease,
  edlae,
  ials,
  'item-knn': itemKnn,
  popularity,
  bias,
} satisfies Record<string, Model>)

export type ModelName = keyof typeof models

export const modelNames = Object.freeze(Object.keys(models) as ModelName[])

/** @throws RangeError when there is no model of this name, saying which there are. */
export function findModel(name: string): Model {
  const model = (models as Readonly<Record<string, Model>>)[name]
  if (!Object.hasOwn(models, name) || !model)
    throw new RangeError(`There is no model '${name}'; there are ${modelNames.join(', ')}`)
  return model
}
