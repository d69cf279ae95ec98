// Options from a file, for commands with many of them.
import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError, type Option } from 'commander'
import { z } from 'zod'
import { UsageError } from './exit-codes.ts'

/**
 * The option `--config <file>`: a JSON object with options by name, such as
 * `{ "model": "mult-vae", "set": { "epochs": 50 }, "baselines": false }`. The command line takes precedence, for `set`
 * hyperparameter by hyperparameter.
 */
export function addConfigFile(program: Command): Command {
  return program
    .option('--config <file>', 'a JSON file with options by name; the command line takes precedence')
    .on('option:config', (path: string) => {
      for (const [name, value] of Object.entries(readOptions(path)))
        applyOption(program, optionNamed(program, name, path), `${path}, ${name}`, value)
    })
}

const fileSchema = z.record(z.string(), z.json())

/** @throws UsageError if the file cannot be read or contains no object */
function readOptions(path: string): z.infer<typeof fileSchema> {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    const isOther = error instanceof z.ZodError
    const reason = isOther ? 'it must contain one object, with options by name' : (error as Error).message
    throw new UsageError(`The options cannot be read from ${path}: ${reason}`)
  }
}

function optionNamed(program: Command, name: string, path: string): Option {
  const nameOf = (option: Option) => option.name().replace(/^no-/, '')
  const options = program.options.filter((option) => nameOf(option) !== 'config')
  const option = options.find((option) => nameOf(option) === name)
  if (option) return option
  throw new UsageError(`${path} has the unknown option ${name}; there are ${options.map(nameOf).join(', ')}`)
}

function applyOption(program: Command, option: Option, where: string, value: unknown): void {
  const key = option.attributeName()
  const isGiven = program.getOptionValueSource(key) === 'cli'
  const own = isGiven ? program.getOptionValue(key) : undefined
  const parsed = isObject(option.defaultValue)
    ? { ...requireObject(where, value), ...own }
    : (own ?? parseValue(option, where, value))
  program.setOptionValueWithSource(key, parsed, isGiven ? 'cli' : 'config')
}

/** As the command line has it parsed. */
function parseValue(option: Option, where: string, value: unknown): unknown {
  if (option.isBoolean() || option.negate) {
    if (typeof value === 'boolean') return value
    throw new UsageError(`${where} must be true or false`)
  }
  const text = Array.isArray(value) ? value.join() : String(value)
  try {
    return option.parseArg ? option.parseArg(text, undefined) : text
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw new UsageError(`${where}: ${error.message}`)
    throw error
  }
}

function requireObject(where: string, value: unknown): object {
  if (isObject(value)) return value
  throw new UsageError(`${where} must be an object`)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
