import { AppError } from '../errors.ts'

/** Does something and puts the place in front of the message of an error: `field "url": must be …`. */
export function within<T>(place: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(error.code, `${place}: ${error.message}`, { cause: error.cause })
  }
}

/** A name in quotes, cut short: it may come from outside, and a whole document pasted as a name helps nobody. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name)
}

/** `a, b or c`. */
export function anyOf(names: readonly unknown[]): string {
  const texts = names.map(String)
  const last = texts.pop() ?? 'nothing'
  return texts.length > 0 ? `${texts.join(', ')} or ${last}` : last
}
