import type { ReactNode } from 'react'
import type { CombinedError } from 'urql'
import { problemOf } from '../api/problem.ts'
import { RowsSkeleton } from './skeletons.tsx'
import { Trouble } from './trouble.tsx'

/** Replaces what is not there yet: by its shape while it loads, or by the reason why it could not be loaded. */
export function NotLoaded({
  answer: { error, fetching },
  reload,
  skeleton = <RowsSkeleton />,
}: {
  answer: { error?: CombinedError | undefined; fetching: boolean }
  reload: (options: { requestPolicy: 'network-only' }) => void
  skeleton?: ReactNode
}) {
  if (!error || fetching) return skeleton
  return <Trouble problem={problemOf(error)} onRetry={() => reload({ requestPolicy: 'network-only' })} />
}
