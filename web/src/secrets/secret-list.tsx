import { lazy, Suspense, useState } from 'react'
import { RowsSkeleton } from '../feedback/skeletons.tsx'
import { Trouble } from '../feedback/trouble.tsx'
import { type SecretListProps, SecretRow } from './secret-row.tsx'

// Loaded later: most workspaces have few secrets, and need no rows that are drawn only while they are seen.
const LongSecretList = lazy(async () => ({
  default: (await import('./long-secret-list.tsx')).LongSecretList,
}))

/** As many rows as the first page of the API has at most are drawn whole. */
const FEW = 100

export function SecretList({ pages, actions }: SecretListProps) {
  const { loaded, busy, problem, reload } = pages
  const [wasLong, setWasLong] = useState(false)
  const secrets = loaded?.secrets ?? []
  // A list that was long stays so: the row with the focus would be lost with the other list.
  if (!wasLong && loaded && (!loaded.complete || secrets.length > FEW)) setWasLong(true)
  if (wasLong) {
    return (
      <Suspense fallback={<RowsSkeleton />}>
        <LongSecretList pages={pages} actions={actions} />
      </Suspense>
    )
  }
  return (
    <>
      <ul className="secrets" aria-label="Secrets" aria-busy={busy}>
        {secrets.map((secret) => (
          <li key={secret.name}>
            <SecretRow secret={secret} actions={actions} />
          </li>
        ))}
      </ul>
      {problem && <Trouble problem={problem} onRetry={reload} />}
    </>
  )
}
