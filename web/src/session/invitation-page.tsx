import { useState } from 'react'
import { useClient, useQuery } from 'urql'
import { problemIn } from '../api/problem.ts'
import { AcceptInvitationDocument, ViewerDocument } from '../gql/graphql.ts'
import { Button } from '../parts/button.tsx'
import { FormProblem } from '../parts/notice.tsx'
import { useSubmission } from '../parts/use-submission.ts'
import { navigate } from '../routing/location.ts'
import { secretsPath } from '../routing/routes.ts'
import { Entrance } from './entrance.tsx'
import { SignInForm } from './sign-in-page.tsx'
import { SignUpForm } from './sign-up-page.tsx'

/** Where an invitation's link leads. Its token stands after the `#`, which no browser sends to a server. */
export function InvitationPage() {
  const [token] = useState(() => window.location.hash.slice(1))
  const [{ data }] = useQuery({ query: ViewerDocument })
  if (token === '') {
    return (
      <Entrance title="This invitation is not complete" lead="Open the whole link that you were given.">
        <Button onClick={() => navigate('/')}>Go to Lockstep</Button>
      </Entrance>
    )
  }
  if (!data) return <main className="entrance" aria-busy="true" />
  return data.viewer ? (
    <AcceptInvitation token={token} email={data.viewer.email ?? data.viewer.name} />
  ) : (
    <JoinFirst token={token} />
  )
}

function AcceptInvitation({ token, email }: { token: string; email: string }) {
  const client = useClient()
  const { busy, problem, send } = useSubmission()
  const accept = () =>
    send(async () => {
      const answer = await client.mutation(AcceptInvitationDocument, { token }).toPromise()
      const found = problemIn(answer)
      if (found) return found
      const result = answer.data?.acceptInvitation
      const joined = result?.__typename === 'AcceptInvitationSuccess'
      navigate(joined ? secretsPath(result.workspace.id) : '/', { replace: true })
      return undefined
    })
  return (
    <Entrance title="You are invited" lead={`Join the workspace as ${email}.`}>
      <FormProblem problem={problem} />
      <Button kind="primary" busy={busy} onClick={accept}>
        Join the workspace
      </Button>
    </Entrance>
  )
}

/** Signing up accepts the invitation. After signing in this page shows again, and asks. */
function JoinFirst({ token }: { token: string }) {
  const [hasAccount, setHasAccount] = useState(false)
  return (
    <Entrance title="You are invited" lead="Create an account, or sign in, to join the workspace.">
      {hasAccount ? (
        <SignInForm onDone={() => undefined} />
      ) : (
        <SignUpForm invitation={token} onDone={() => navigate('/', { replace: true })} />
      )}
      <p className="aside">
        <button type="button" className="as-link" onClick={() => setHasAccount(!hasAccount)}>
          {hasAccount ? 'Create an account instead' : 'I have an account'}
        </button>
      </p>
    </Entrance>
  )
}
