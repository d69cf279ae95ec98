import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** A step of the set-up that cannot go on; the message says what is missing and how to get it. */
export class TensorflowSetupError extends Error {}

/**
 * Runs a program to its end and gives what it printed.
 *
 * @throws TensorflowSetupError with the most telling line of what it printed, when it fails
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: { readonly signal: AbortSignal; readonly cwd?: string },
): Promise<string> {
  try {
    return (await execute(program, args, { maxBuffer: 1 << 26, ...options })).stdout
  } catch (error) {
    options.signal.throwIfAborted()
    throw new TensorflowSetupError(`${program} failed: ${tellingLine(error)}`, { cause: error })
  }
}

function tellingLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string }
  const lines = (stderr || message).split('\n').flatMap((line) => line.trim() || [])
  return lines.find((line) => /error:|not found/i.test(line)) ?? lines.at(-1) ?? message
}
