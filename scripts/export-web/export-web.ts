import { join } from 'node:path'
import { readTitles } from '../../src/ratings/postgres-item-catalog.ts'
import { readAvailabilityLimits } from '../../src/ratings/postgres-unavailable-items.ts'
import { inTurns } from '../../src/recommender/turns.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import { writeAtomically } from '../../src/registry/write-atomically.ts'
import type { Precision } from '../../src/web/encode-layers.ts'
import { encodeWebModel, NotExportableError } from '../../src/web/encode-web-model.ts'
import { webFiles } from '../../src/web/web-files.ts'
import { championOrVersion } from '../terminal/champion-or-version.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { withDatabase } from '../terminal/with-database.ts'

export interface ExportWebOptions {
  readonly out: string
  /** The default model when absent. */
  readonly model?: string
  readonly precision: Precision
}

export interface ExportedWeb {
  readonly model: string
  readonly precision: Precision
  readonly items: number
  /** Of the model's file. */
  readonly bytes: number
  readonly files: readonly string[]
}

/** Each file appears under its name only when it is complete. */
export async function exportWeb(
  { out, model: name, precision }: ExportWebOptions,
  signal: AbortSignal,
): Promise<ExportedWeb> {
  const { model, items, pieces } = await withDatabase(async (database, config) => {
    const version = await championOrVersion(openRegistry(database, config), name)
    const { ids } = version.artifact.items
    const [titles, limits] = [await readTitles(database, ids), await readAvailabilityLimits(database.sql)]
    return {
      model: formatVersionName(version.manifest),
      items: ids.length,
      pieces: await encode(signal, version, titles, limits, precision),
    }
  })
  const contents = new Map<string, readonly Uint8Array[]>([
    ['model.safetensors', pieces],
    ...[...webFiles()].map(([file, text]) => [file, [Buffer.from(text)]] as const),
  ])
  for (const [file, content] of contents) await writeAtomically(join(out, file), content)
  const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
  return { model, precision, items, bytes, files: [...contents.keys()].map((file) => join(out, file)) }
}

async function encode(
  signal: AbortSignal,
  ...parameters: Parameters<typeof encodeWebModel>
): Promise<Uint8Array[]> {
  try {
    return await inTurns(encodeWebModel(...parameters), () => signal.throwIfAborted())
  } catch (error) {
    if (error instanceof NotExportableError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}
