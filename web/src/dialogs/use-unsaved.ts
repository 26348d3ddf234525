import { useEffect, useRef } from 'react'

const asked = new Set<() => boolean>()

/** Whether a dialog holds something that would be lost with it. */
export const isSomethingTyped = (): boolean => [...asked].some((wouldLose) => wouldLose())

/** Counts for {@link isSomethingTyped} as long as it is shown. @param wouldLose whether something typed would be lost. */
export function useUnsaved(wouldLose: () => boolean): void {
  const latest = useRef(wouldLose)
  useEffect(() => {
    latest.current = wouldLose
  })
  useEffect(() => {
    const ask = () => latest.current()
    asked.add(ask)
    return () => {
      asked.delete(ask)
    }
  }, [])
}
