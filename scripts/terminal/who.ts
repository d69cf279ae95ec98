import { userInfo } from 'node:os'

/** Who sits at the terminal, for the record. */
export function whoAsks(): string {
  try {
    return userInfo().username
  } catch {
    // a container may run as a user without a name
    return `user ${process.getuid?.() ?? ''}`.trim()
  }
}
