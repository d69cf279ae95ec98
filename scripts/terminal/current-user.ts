import { userInfo } from 'node:os'

/** The name of the user who runs the command, for the record. */
export function currentUser(): string {
  try {
    return userInfo().username
  } catch {
    // a container may run as a user without a name
    return `user ${process.getuid?.() ?? ''}`.trim()
  }
}
