import type { ReactNode } from 'react'
import { Mark } from '../parts/icon.tsx'
import { PageHeading } from '../routing/page-heading.tsx'

/** The frame of the pages before the app: one card, one thing to do. */
export function Entrance({
  title,
  lead,
  children,
}: {
  title: string
  lead?: ReactNode
  children: ReactNode
}) {
  return (
    <main className="entrance">
      <div className="card">
        <Mark />
        <PageHeading text={title} />
        {lead && <p className="lead">{lead}</p>}
        {children}
      </div>
    </main>
  )
}
