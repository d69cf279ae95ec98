import type { Model } from '../../src/models/model.ts'
import { findModel } from '../../src/models/models.ts'
import { UsageError } from './exit-codes.ts'

/** @throws UsageError if there is no such model */
export function modelNamed(name: string): Model {
  try {
    return findModel(name)
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause })
  }
}
