import { Title } from '@mantine/core'
import { useEffect, useRef } from 'react'

/**
 * The heading of a page. It takes the focus when the page appears, so that a screen reader says where the
 * person is and Tab goes on from there, and it names the page in the browser's title.
 */
export function PageHeading({ text, context }: { text: string; context?: string | undefined }) {
  const ref = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = [text, context, 'Lockstep'].filter(Boolean).join(' · ')
  }, [text, context])
  useEffect(() => {
    // A form may have focused its first field already, and keeps the focus.
    const { activeElement } = document
    const free = activeElement === document.body || activeElement?.closest('nav') !== null
    if (free) ref.current?.focus({ preventScroll: true })
  }, [])
  return (
    <Title order={1} ref={ref} tabIndex={-1} className="page-heading">
      {text}
    </Title>
  )
}
