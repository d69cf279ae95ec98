import type { Command } from 'commander'
import { type ExitCode, exitCodeOfError, exitCodes } from '../../src/retraining/exit-code.ts'
import { explainFailure } from '../../src/retraining/run/failures.ts'

/** Lets the process end with a code of the table once nothing is left to do. */
export function endWith(code: ExitCode): void {
  process.exitCode = exitCodes[code][0]
}

/** The same for an error, which is told in a sentence on stderr; errors of the program itself are thrown. */
export function endWithError(error: unknown): void {
  if (error instanceof TypeError) throw error
  console.error(explainFailure(error))
  endWith(exitCodeOfError(error))
}

/** Lets options that cannot be read end the process as the table says; to be called before commands are added. */
export function endWhereMisused(program: Command): Command {
  return program.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exitCodes.misused[0]))
}
