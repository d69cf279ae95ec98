// What goes wrong, where and when: drawn from a seed, so that a run can be repeated.
import { createRandom, type Random } from '../../src/random/random.ts'

export const programs = ['service', 'worker', 'retrain', 'import', 'postgres'] as const

export type ProgramName = (typeof programs)[number]

/** `kill` is SIGKILL, `pause` is SIGSTOP and later SIGCONT, `restart` is an orderly stop, `fill` leaves the disk no space. */
export type FaultKind = 'kill' | 'pause' | 'restart' | 'fill'

export interface Fault {
  /** Milliseconds from the start of the schedule. */
  readonly at: number
  readonly kind: FaultKind
  readonly target: ProgramName | 'disk'
  /** Milliseconds of a pause or of a full disk; 0 for the others. */
  readonly duration: number
}

/** A fault every four seconds on average; faults of different targets overlap, faults of one target do not. */
export function drawSchedule(seed: number, milliseconds: number): Fault[] {
  const random = createRandom(seed, 'chaos')
  const freeFrom = new Map<Fault['target'], number>()
  const faults: Fault[] = []
  for (let at = gap(random); at < milliseconds; at += gap(random)) {
    const fault = drawFault(random, at)
    if (at < (freeFrom.get(fault.target) ?? 0)) continue
    freeFrom.set(fault.target, at + fault.duration + 1000)
    faults.push(fault)
  }
  return faults
}

function gap(random: Random): number {
  return 1000 + random.integer(6000)
}

function drawFault(random: Random, at: number): Fault {
  const target = [...programs, 'disk' as const][random.integer(programs.length + 1)]!
  const kind = target === 'disk' ? 'fill' : (['kill', 'pause', 'restart'] as const)[random.integer(3)]!
  const isLasting = kind === 'pause' || kind === 'fill'
  return { at, kind, target, duration: isLasting ? 500 + random.integer(7500) : 0 }
}
