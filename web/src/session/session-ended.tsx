import { lazy, Suspense } from 'react'
import { useClient } from 'urql'
import { ViewerIdDocument } from '../gql/graphql.ts'
import { KeepsSession, useSession, useViewer } from './session.tsx'

const SignInAgain = lazy(async () => ({ default: (await import('./sign-in-again.tsx')).SignInAgain }))

/** Asks to sign in again above what is open. Somebody else gets nothing of what this person has loaded. */
export function SessionEnded() {
  const { asksAgain, goOn, refresh } = useSession()
  const { id } = useViewer()
  const client = useClient()
  const done = async () => {
    const answer = await client.query(ViewerIdDocument, {}, { requestPolicy: 'network-only' }).toPromise()
    // Nothing is known of them yet: what was typed stays, and the question too.
    if (answer.error) return
    if (answer.data?.viewer?.id !== id) return loadAnew()
    goOn()
    // What was shown may be old: the session may have ended while there was no connection.
    refresh()
  }
  if (!asksAgain) return null
  return (
    <KeepsSession>
      <Suspense>
        <SignInAgain onClose={goOn} onDone={() => void done()} />
      </Suspense>
    </KeepsSession>
  )
}

/** Nothing of the person before stays in the memory of the page, and nobody is asked about what they have typed. */
function loadAnew(): void {
  window.addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), { capture: true })
  window.location.reload()
}
