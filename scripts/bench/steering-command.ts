import type { Command } from 'commander'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { openBackend } from '../terminal/backend-options.ts'
import { parseCount, parseNumber } from '../terminal/option-values.ts'
import { formatTable } from '../terminal/table.ts'
import { withDatabase } from '../terminal/with-database.ts'
import { benchSteering, type SteeringEffect, type SteeringOptions } from './steering.ts'

/** `npm run bench -- steering` */
export function addSteeringCommand(program: Command): void {
  program
    .command('steering')
    .description(
      'Measure what POST /steer does to the lists of users in the database, by the champion of a model.',
    )
    .requiredOption('--attribute <name>', 'an attribute of the items, such as genres')
    .requiredOption('--values <values>', 'values to steer toward, separated by commas', splitAtCommas)
    .option(
      '--strengths <numbers>',
      'strengths, separated by commas',
      (text) => splitAtCommas(text).map(parseNumber),
      [-1, 0, 0.25, 0.5, 1, 2],
    )
    .option('--model <name>', 'a model, or a version such as mult-vae@3 (default: the default model)')
    .option('--users <count>', 'users to steer the lists of', parseCount, 200)
    .option('--k <count>', 'items per list', parseCount, 20)
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ json, ...options }: SteeringOptions & { readonly json?: boolean }) => {
      await openBackend({})
      const effects = await withDatabase((database, config) =>
        benchSteering(options, { database, registry: openRegistry(database, config) }),
      )
      console.log(json ? JSON.stringify(effects) : format(effects, options))
    })
}

function splitAtCommas(text: string): string[] {
  return text.split(',')
}

function format(effects: readonly SteeringEffect[], { values, attribute }: SteeringOptions): string {
  return formatTable(
    ['strength', ...values, `other ${attribute}`, 'overlap'],
    effects.map(({ strength, shares, drift, overlap }) => [
      String(strength),
      ...[...shares, drift, overlap].map((value) => value.toFixed(3)),
    ]),
  )
}
