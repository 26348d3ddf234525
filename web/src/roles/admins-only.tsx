import { IconLock } from '@tabler/icons-react'
import { EmptyState } from '../feedback/empty-state.tsx'

/** Replaces a page that only admins see. */
export function AdminsOnly({ what }: { what: string }) {
  return (
    <EmptyState icon={<IconLock size={28} stroke={1.4} aria-hidden />} title="Only for admins">
      Admins of this workspace see {what}. If you need it, ask one of them.
    </EmptyState>
  )
}
