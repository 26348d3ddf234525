import { hostname, userInfo } from 'node:os'

/** The person who runs the command, for the audit log. A container's user may have no name. */
export function operator(): string {
  try {
    return `${userInfo().username}@${hostname()}`
  } catch {
    return `user ${process.getuid?.() ?? ''}@${hostname()}`
  }
}
