import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseRetrainingConfig, type RetrainingConfig, RetrainingConfigError } from './config.ts'

const configFile = 'palate.config.ts'

/**
 * The default export of a TypeScript file. Without a path: palate.config.ts in the current folder if it exists, else the
 * default configuration.
 *
 * @throws RetrainingConfigError if the file is missing, cannot be run or is invalid
 */
export async function loadRetrainingConfig(path?: string): Promise<RetrainingConfig> {
  const file = resolve(path ?? configFile)
  if (path === undefined && !existsSync(file)) return parseRetrainingConfig({}, 'The default configuration')
  if (!existsSync(file)) throw new RetrainingConfigError(`The configuration file ${file} does not exist`)
  return parseRetrainingConfig(await defaultExportOf(file), file)
}

async function defaultExportOf(file: string): Promise<unknown> {
  let module: { readonly default?: unknown }
  try {
    module = await import(pathToFileURL(file).href)
  } catch (cause) {
    throw new RetrainingConfigError(`${file} cannot be run: ${(cause as Error).message}`, { cause })
  }
  // a file outside a package may be loaded as CommonJS, whose default export is module.exports
  const exported = module.default as { readonly default?: unknown } | undefined
  if (exported === undefined)
    throw new RetrainingConfigError(
      `${file} exports no configuration: write export default defineConfig({ … })`,
    )
  return exported.default ?? exported
}
