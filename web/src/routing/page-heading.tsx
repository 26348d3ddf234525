import { useEffect, useRef } from 'react'

/**
 * The heading of a page. It takes the focus when the page appears, so that a screen reader says where the
 * person is and Tab goes on from there, and it names the page in the browser's title.
 */
export function PageHeading({ text, context }: { text: string; context?: string }) {
  const ref = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = [text, context, 'Lockstep'].filter(Boolean).join(' · ')
  }, [text, context])
  useEffect(() => {
    // A form that has put the focus into its first field keeps it.
    if (document.activeElement === document.body) ref.current?.focus({ preventScroll: true })
  }, [])
  return (
    <h1 ref={ref} tabIndex={-1}>
      {text}
    </h1>
  )
}
