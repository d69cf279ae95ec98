import { type Command, Option } from 'commander'
import { UsageError } from './exit-codes.ts'

/** An option that may be given several times. Its parser gets the previous value, too. */
export class RepeatableOption extends Option {
  constructor(flags: string, description: string) {
    super(flags, `${description}; can be repeated`)
  }

  /** Without any value. `--help` says so in words. */
  override default(none: Readonly<Record<string, never>> | readonly never[]): this {
    return super.default(none, 'none')
  }
}

/**
 * Makes a command and its subcommands refuse two values of any other option, of which the first would be lost, with a
 * UsageError.
 */
export function refuseRepeatedValues(command: Command): void {
  for (const option of command.options) {
    if (option.isBoolean() || option.negate || option instanceof RepeatableOption) continue
    const values: string[] = []
    command.on(`option:${option.name()}`, (value: string) => {
      if (values.push(value) > 1)
        throw new UsageError(`${option.long} is given twice, as ${values.join(' and ')}: give it once`)
    })
  }
  for (const subcommand of command.commands) refuseRepeatedValues(subcommand)
}
