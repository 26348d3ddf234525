/**
 * The outcome of `work`, or the reason of `signal` when it aborts and `work` has not settled `graceMs` later.
 * Work that ignores its signal is left to itself: what it does afterwards changes nothing and breaks nothing.
 */
export async function settleWithin<T>(work: Promise<T>, signal: AbortSignal, graceMs: number): Promise<T> {
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
    // A step that stops because it was told to reports many things; the reason it was told is the one to show.
    throw signal.aborted ? signal.reason : error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
  }
}
