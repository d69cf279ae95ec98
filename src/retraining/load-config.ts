import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseRetrainingConfig, type RetrainingConfig, RetrainingConfigError } from './config.ts'

const configFile = 'palate.config.ts'

/**
 * The configuration that a TypeScript file exports as its default; without a path that of palate.config.ts in the
 * current folder, and all defaults where there is none.
 *
 * @throws RetrainingConfigError when the file is missing, does not run, or says what cannot be
 */
export async function loadRetrainingConfig(path?: string): Promise<RetrainingConfig> {
  const file = resolve(path ?? configFile)
  if (path === undefined && !existsSync(file)) return parseRetrainingConfig({}, 'The default configuration')
  if (!existsSync(file)) throw new RetrainingConfigError(`There is no configuration file ${file}`)
  return parseRetrainingConfig(await defaultExportOf(file), file)
}

async function defaultExportOf(file: string): Promise<unknown> {
  let module: { readonly default?: unknown }
  try {
    module = await import(pathToFileURL(file).href)
  } catch (cause) {
    throw new RetrainingConfigError(`${file} does not run: ${(cause as Error).message}`, { cause })
  }
  // a file outside of any package may come as CommonJS, whose exports are the default one
  const given = module.default as { readonly default?: unknown } | undefined
  if (given === undefined)
    throw new RetrainingConfigError(
      `${file} exports no configuration: write export default defineConfig({ … })`,
    )
  return given.default ?? given
}
