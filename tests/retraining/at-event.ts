// Loaded before a script: at its first line with EVENT on stdout it runs COMMAND, and nothing else happens meanwhile.
import { spawnSync } from 'node:child_process'

const { EVENT, COMMAND } = process.env
const write = process.stdout.write.bind(process.stdout)
let isDone = EVENT === undefined

process.stdout.write = ((...line: Parameters<typeof write>) => {
  if (!isDone && String(line[0]).includes(`"event":"${EVENT}"`)) {
    isDone = true
    const { status } = spawnSync(COMMAND!, { shell: true, stdio: 'ignore' })
    if (status !== 0) throw new Error(`${COMMAND} ended with ${status}`)
  }
  return write(...line)
}) as typeof process.stdout.write
