import { type ExitCode, exitCodeOfError, exitCodes } from '../../src/retraining/exit-code.ts'
import { explainFailure } from '../../src/retraining/failures.ts'

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
