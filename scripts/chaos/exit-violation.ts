import { type ExitCode, exitCodes, exitCodesOf } from '../terminal/exit-codes.ts'
import type { Ended } from './program.ts'

/** Faults around a command explain none of these. */
const unexplained: readonly ExitCode[] = [
  'failed',
  'misused',
  'damaged',
  'artifact',
  'untrained',
  'input',
  'download',
]

/** Why a process must not have ended like this; undefined if it may have. */
export function exitViolation(ended: Ended): string | undefined {
  const { command, code, signal, sent, listened, output } = ended
  const isLasting = command === 'serve' || command === 'worker'
  const isAsked = sent.has('SIGTERM') || sent.has('SIGINT')
  if (signal !== null && sent.has(signal)) return undefined
  const allowed = exitCodesOf(command)
    .filter((name) => !unexplained.includes(name))
    .filter((name) => name !== 'interrupted' || isAsked)
    .filter((name) => name !== 'done' || !isLasting || isAsked)
    .map((name): number => exitCodes[name][0])
  const isAllowed = code !== null && allowed.includes(code) && (isAsked || !(command === 'serve' && listened))
  return isAllowed
    ? undefined
    : `${command} ended with ${signal ?? `exit code ${code}`}: ${lastLines(output)}`
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-30).join('\n')
}
