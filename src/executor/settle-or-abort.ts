/**
 * The outcome of `work`, or the reason of `signal` when it aborts and `work` has not settled `graceMs` later.
 * Work that ignores its signal goes on, and nobody waits for it.
 */
export async function settleOrAbort<T>(work: Promise<T>, signal: AbortSignal, graceMs: number): Promise<T> {
  const given = Promise.withResolvers<never>()
  let timer: NodeJS.Timeout | undefined
  const giveUp = () => {
    timer = setTimeout(() => given.reject(signal.reason), graceMs)
  }
  if (signal.aborted) giveUp()
  else signal.addEventListener('abort', giveUp)
  try {
    const result = await Promise.race([work, given.promise])
    signal.throwIfAborted()
    return result
  } catch (error) {
    // A step that was told to stop fails in many ways. The reason to stop is the one to show.
    throw signal.aborted ? signal.reason : error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
  }
}
