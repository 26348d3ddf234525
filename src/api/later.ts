/**
 * What a resolver gives for a row of many whose values come together: one promise for all of them. A promise for each, and those that
 * wait for it, take more time than the rest of a row.
 */
export class Later<T> {
  readonly ready: Promise<unknown>
  readonly read: () => T

  /** @param ready when `read` may be asked. */
  constructor(ready: Promise<unknown>, read: () => T) {
    this.ready = ready
    this.read = read
  }
}

/** Whether a resolver is asked by a compiled query, which takes {@link Later}. @param info its last argument. */
export const takesLater = (info: unknown): boolean => info === NO_INFO

/** The last argument of a resolver in a compiled query. */
export const NO_INFO = undefined as never

/** Where something is missing that comes later. */
export interface Place {
  data: Record<string, unknown>
  key: string
  value: Later<unknown>
}

/** Puts what comes later into its places. It may hold what comes later still, whose places are then added. */
export async function fillLater(later: Place[]): Promise<void> {
  while (later.length > 0) {
    const places = later.splice(0)
    await Promise.all(new Set(places.map(({ value }) => value.ready)))
    const pending: Promise<unknown>[] = []
    for (const place of places) {
      const value = place.value.read()
      place.data[place.key] = value
      if (isPromise(value)) pending.push(fill(place.data, place.key, value))
    }
    await Promise.all(pending)
  }
}

export async function fill(
  data: Record<string, unknown>,
  key: string,
  value: Promise<unknown>,
): Promise<void> {
  data[key] = await value
}

export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
