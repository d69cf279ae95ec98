// Runs the command of a script: signals, errors, closed pipes and exit codes.
import { Command, CommanderError } from 'commander'
import { optionsTakenByNpm } from '../../src/config/npm-options.ts'
import {
  type CommandName,
  exitCodeOfError,
  exitCodes,
  exitWith,
  explainError,
  formatExitCodes,
  UsageError,
} from './exit-codes.ts'
import { refuseRepeatedValues } from './repeatable-option.ts'

export interface CommandDescription {
  /** In a sentence. */
  readonly description: string
  /** Paragraphs of `--help` between the options and the exit codes. */
  readonly notes?: string
  /** Command lines, one per line. */
  readonly examples: string
}

/** The command `npm run <name>`, whose `--help` also lists its exit codes and examples. */
export function createCommand(
  name: CommandName,
  { description, notes, examples }: CommandDescription,
): Command {
  const help = [
    ...(notes ? [notes.trim()] : []),
    `Exit codes:\n${formatExitCodes(name)}`,
    `Examples:\n${examples.trim().replace(/^ */gm, '  ')}`,
  ]
  return new Command(`npm run ${name} --`)
    .description(description)
    .addHelpText('after', `\n${help.join('\n\n')}`)
    .exitOverride()
    .hook('preAction', (_, action) => requireNoneTakenByNpm(name, action))
}

/**
 * Runs the command that `build` returns, and sets the exit code of the process. An error is printed without a stack
 * trace, unless it is a TypeError, which is a defect of the program. If a reader closes the pipe, the rest of the output
 * is dropped.
 *
 * @param build gets the signal that SIGINT and SIGTERM abort; a second signal, and the first one if `build` takes no
 *   parameter, ends the process at once
 * @param interrupted what to print if an interruption makes the command fail
 */
export async function runCommand(
  build: (signal: AbortSignal) => Command,
  interrupted = 'Interrupted',
): Promise<void> {
  const interruption = new AbortController()
  const { signal } = interruption
  if (build.length > 0)
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort())
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe)
  const command = build(signal)
  refuseRepeatedValues(command)
  try {
    await command.parseAsync()
    if (signal.aborted && process.exitCode === undefined) exitWith('interrupted')
  } catch (error) {
    if (error instanceof CommanderError) exitAfterParsing(error, command)
    else if (signal.aborted && exitCodeOfError(error) !== 'nothingToDo') {
      console.error(interrupted)
      exitWith('interrupted')
    } else exitWithError(error)
  }
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

/** Commander has printed the help or the error already. */
function exitAfterParsing({ exitCode }: CommanderError, command: Command): void {
  if (exitCode === 0) return
  const hint = hintOnNpm(command.name(), [command, ...command.commands])
  if (hint) console.error(hint)
  exitWith('misused')
}

function exitWithError(error: unknown): void {
  if (error instanceof TypeError) throw error
  console.error(explainError(error))
  process.exitCode = exitCodes[exitCodeOfError(error)][0]
}

/** @throws UsageError if npm took options that were meant for the command */
function requireNoneTakenByNpm(name: CommandName, action: Command): void {
  const hint = hintOnNpm(`npm run ${name} --`, [action])
  if (hint) throw new UsageError(hint)
}

function hintOnNpm(usage: string, commands: readonly Command[]): string | undefined {
  const names = commands.flatMap(({ options }) => options.flatMap(({ long }) => long ?? []))
  const [taken] = optionsTakenByNpm(new Set(names), process.argv.slice(2))
  return (
    taken && `npm interpreted ${taken} as its own option: write ${usage} ${taken}, with -- before the options`
  )
}
